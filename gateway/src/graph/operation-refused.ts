import { GraphQLError } from 'graphql';

/** An operation is not executed, for several reasons at once. */
export class OperationRefused extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super(errors[0]?.message);
    this.name = 'OperationRefused';
  }
}

/** What clients are to be told of something thrown. */
export function errorsOf(error: unknown): readonly unknown[] {
  return error instanceof OperationRefused ? error.errors : [error];
}

/** The same error with a code for clients. */
export function withCode(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code },
  });
}
