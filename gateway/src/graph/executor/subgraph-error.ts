import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Path } from './tree.js';

/** An error of a subgraph, at a place of the client's operation: empty when it is none in particular. */
export function subgraphError(
  subgraph: string,
  error: GraphQLFormattedError,
  path: Path,
): GraphQLError {
  return new GraphQLError(error.message || `The ${subgraph} service failed.`, {
    path: path.length > 0 ? path : undefined,
    extensions: { ...error.extensions, serviceName: subgraph },
  });
}

/** Something that is no answer: a fault, of which the client hears nothing more. */
export function subgraphFault(subgraph: string, cause: unknown, path: Path): GraphQLError {
  return new GraphQLError(cause instanceof Error ? cause.message : String(cause), {
    path: path.length > 0 ? path : undefined,
    originalError: cause instanceof Error ? cause : undefined,
    extensions: { code: 'INTERNAL_SERVER_ERROR', serviceName: subgraph },
  });
}
