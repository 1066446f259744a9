import {
  coerceInputValue,
  getVariableValues,
  GraphQLError,
  isInputType,
  typeFromAST,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { OperationRefused } from './operation-refused.js';

export type Variables = Readonly<Record<string, unknown>>;

const MOST_ERRORS = 10;
const NONE: Variables = {};

/**
 * The variables of a request as their types have them, defaults put in.
 * @throws OperationRefused with BAD_USER_INPUT for every value that is not acceptable: its path, the
 * variable's name first, and the reason INVALID_VALUE. The values themselves are not repeated, for
 * clients log errors, and there may be passwords among them.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  { variableDefinitions }: OperationDefinitionNode,
  variables: Variables,
  { hideSuggestions }: { hideSuggestions: boolean },
): Variables {
  if (!variableDefinitions?.length) return NONE;
  const extent = { maxErrors: MOST_ERRORS, hideSuggestions };
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, variables, extent);
  if (coerced) return coerced;
  const refusals = variableDefinitions.flatMap((node) =>
    refusalsOf(schema, node, variables, hideSuggestions),
  );
  // Those that are missing have no value that could be looked at.
  const missing = errors.filter(({ originalError }) => !originalError);
  throw new OperationRefused([...missing.map(asMissing), ...refusals].slice(0, MOST_ERRORS));
}

function refusalsOf(
  schema: GraphQLSchema,
  node: VariableDefinitionNode,
  variables: Variables,
  hideSuggestions: boolean,
): GraphQLError[] {
  const name = node.variable.name.value;
  const type = typeFromAST(schema, node.type);
  const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (!isInputType(type) || value === undefined || value === null) return [];
  const refusals: GraphQLError[] = [];
  coerceInputValue(
    value,
    type,
    (path, _, { message }) => {
      if (refusals.length >= MOST_ERRORS) return;
      refusals.push(invalid(node, [name, ...path], `Variable "$${name}": ${message}`));
    },
    hideSuggestions,
  );
  return refusals;
}

function asMissing({ message, nodes }: GraphQLError): GraphQLError {
  const node = nodes?.[0] as VariableDefinitionNode;
  return invalid(node, [node.variable.name.value], message);
}

function invalid(
  node: VariableDefinitionNode,
  path: readonly (string | number)[],
  message: string,
): GraphQLError {
  const extensions = { code: 'BAD_USER_INPUT', path, reason: 'INVALID_VALUE' };
  return new GraphQLError(message, { nodes: node, extensions });
}
