import { defaultFieldResolver, GraphQLError, isObjectType, type GraphQLSchema } from 'graphql';
import type { RequestContext } from './context.js';

/**
 * Makes the resolvers of a schema refuse to begin once nobody waits for the answer any more: what
 * runs at that moment ends, what it would have led to does not start.
 */
export function stopEarly(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve } = field;
      if (!resolve || resolve === defaultFieldResolver) continue;
      field.resolve = (source, args, context: RequestContext, info) => {
        if (context?.signal?.aborted) throw new GraphQLError('Nobody waits for the answer.');
        return resolve(source, args, context, info);
      };
    }
  }
  return schema;
}
