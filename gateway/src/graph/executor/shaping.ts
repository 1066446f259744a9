import { GraphQLError } from 'graphql';

/** A null whose reason is among the problems already, or should be: it goes up to what may be null. */
export const FAILED = Symbol('failed');

/** One answer being shaped. */
export interface Shaping {
  /** Of the value being looked at, as deep as that is; longer from what came before. */
  readonly path: (string | number)[];
  /** Of values that are not what they should be. */
  readonly problems: GraphQLError[];
  /** Of nulls where none may be. */
  readonly holes: GraphQLError[];
  /** Objects of the answer that have a field of which no subgraph said anything. */
  readonly incomplete: Set<object>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Turns a value that subgraphs gave, never undefined or null, into what the client is answered.
 * Null is a value that is not there; `FAILED` one that should have been.
 */
export type Complete = (value: unknown, shaping: Shaping, depth: number) => unknown;

/** Says that the value at a depth of the path is wrong. */
export function fail(shaping: Shaping, depth: number, message: string): typeof FAILED {
  shaping.problems.push(faultAt(shaping, depth, message));
  return FAILED;
}

/** Says that there is none, where there must be one. */
export function failEmpty(shaping: Shaping, depth: number, message: string): typeof FAILED {
  shaping.holes.push(faultAt(shaping, depth, message));
  return FAILED;
}

/** A fault of the platform, not of the client. */
function faultAt({ path }: Shaping, depth: number, message: string): GraphQLError {
  return new GraphQLError(message, {
    path: path.slice(0, depth),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
}
