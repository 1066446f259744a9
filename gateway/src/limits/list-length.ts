import { badInput } from '@lyceum/platform/errors';
import {
  Kind,
  valueFromASTUntyped,
  type FieldNode,
  type GraphQLField,
  type OperationDefinitionNode,
} from 'graphql';
import type { ListSize } from './cost-model.js';
import type { Amount, CostProgram, Variables } from './cost-program.js';

/** Entries of a list of which nothing is said. */
export const UNKNOWN_LENGTH = 10;

/** The value that a variable has in a request; what it is by default where none is given. */
export type ReadVariable = (variables: Variables, name: string) => unknown;

export function variablesOf(operation: OperationDefinitionNode): ReadVariable {
  const presets = new Map<string, unknown>();
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue) presets.set(variable.name.value, valueFromASTUntyped(defaultValue));
  }
  return (variables, name) => {
    const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return given === undefined ? presets.get(name) : given;
  };
}

/**
 * How long a field's list will be, as far as its arguments say.
 * @throws BAD_USER_INPUT, when run, where exactly one argument is to say it and none or several do
 */
export function listLength(
  program: CostProgram,
  size: ListSize | undefined,
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
  read: ReadVariable,
): Amount {
  const otherwise = size?.assumedSize ?? UNKNOWN_LENGTH;
  if (!size || size.slicingArguments.length === 0) return otherwise;
  const slices = size.slicingArguments.map((name) => slicing(name, definition, node, read));

  const length = (variables: Variables): number => {
    let longest = -1;
    let count = 0;
    for (const slice of slices) {
      const value = slice.read(variables);
      if (typeof value !== 'number' || Number.isNaN(value)) continue;
      count += 1;
      longest = Math.max(longest, value, 0);
    }
    if (size.requireOneSlicingArgument && count !== 1) {
      const names = size.slicingArguments.join(', ');
      throw badInput([names], 'EXACTLY_ONE', `${node.name.value} takes exactly one of: ${names}.`);
    }
    return count > 0 ? longest : otherwise;
  };
  if (slices.some(({ isVariable }) => isVariable) || size.requireOneSlicingArgument) {
    return program.step((_, variables) => length(variables));
  }
  return length({});
}

interface Slicing {
  readonly isVariable: boolean;
  read(variables: Variables): unknown;
}

/** A variable without a value is an argument that was not given. */
const given = (value: unknown, preset: unknown): unknown => (value === undefined ? preset : value);

function slicing(
  name: string,
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
  read: ReadVariable,
): Slicing {
  const preset = definition.args.find((argument) => argument.name === name)?.defaultValue;
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
  if (!value) return { isVariable: false, read: () => preset };
  if (value.kind === Kind.VARIABLE) {
    const variable = value.name.value;
    return { isVariable: true, read: (variables) => given(read(variables, variable), preset) };
  }
  const written = valueFromASTUntyped(value);
  return { isVariable: false, read: () => written };
}
