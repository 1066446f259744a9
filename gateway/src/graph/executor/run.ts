import { GraphQLError } from 'graphql';
import { LyceumError } from '@lyceum/platform/errors';
import type { ExecutionInput, OperationState } from '../operation-state.js';
import type { Tree } from './tree.js';

/** One execution of a plan. */
export interface Run {
  /** What is known so far, by the response keys of the operation. */
  readonly data: Tree;
  readonly errors: GraphQLError[];
  /** As the client sent them: subgraphs coerce them again, each by its own types. */
  readonly variables: ExecutionInput['variables'];
  /** Of the variables in `@skip` and `@include`. */
  readonly conditions: ReadonlyMap<string, boolean>;
  readonly state: OperationState;
  /** Nobody waits for more; said once in the errors. */
  isEnded: boolean;
}

/** Whether the run may go on to fetch. */
export function goesOn(run: Run): boolean {
  const { signal } = run.state;
  if (!signal?.aborted) return true;
  if (!run.isEnded) {
    run.isEnded = true;
    const reason: unknown = signal.reason;
    const error =
      reason instanceof GraphQLError
        ? reason
        : new LyceumError('SERVICE_UNAVAILABLE', 'The operation ended before it was done.');
    run.errors.push(error);
  }
  return false;
}

/** A node of a plan, compiled: works on these objects of the run. */
export type Step = (run: Run, targets: readonly Tree[]) => Promise<void> | void;
