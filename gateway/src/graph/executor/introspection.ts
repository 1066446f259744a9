import {
  executeSync,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';

/** Answers `__schema` or `__type`, from the schema that clients see. */
export type Introspect = (variables: Readonly<Record<string, unknown>>) => unknown;

/** @param nodes of one response key */
export function compileIntrospection(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  nodes: readonly FieldNode[],
): Introspect {
  const alone: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        ...operation,
        operation: OperationTypeNode.QUERY,
        selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
      },
      ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
    ],
  };
  return (variableValues) => {
    const { data } = executeSync({ schema, document: alone, variableValues });
    return Object.values(data ?? {})[0] ?? null;
  };
}
