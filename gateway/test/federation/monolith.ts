import { buildSchema, execute, isAbstractType, isObjectType, type GraphQLSchema } from 'graphql';
import type { DocumentNode, ExecutionResult } from 'graphql';
import { library, type Reference } from './library.js';

export interface Monolith {
  readonly schema: GraphQLSchema;
  execute(
    document: DocumentNode,
    variables: Record<string, unknown>,
    operationName?: string,
  ): Promise<ExecutionResult>;
}

/** One schema in one process that knows everything: what it answers is right. */
export function monolith(apiSdl: string): Monolith {
  const resolvers = library();
  const schema = buildSchema(apiSdl);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = (value: Reference) => value.__typename;
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      field.resolve = resolvers[type.name]?.[field.name];
      if (!field.resolve) throw new Error(`Nobody resolves ${type.name}.${field.name}.`);
    }
  }
  return {
    schema,
    execute: async (document, variableValues, operationName) =>
      execute({ schema, document, variableValues, operationName }),
  };
}
