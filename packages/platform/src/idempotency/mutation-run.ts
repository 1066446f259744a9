import { AsyncLocalStorage } from 'node:async_hooks';
import type { RawClient } from '../consumers.js';
import { idempotencyInProgress } from '../errors.js';

/** One run of a mutation that carries an idempotency key, and the record that stands for it. */
export interface MutationRun {
  readonly recordId: string;
  /** Of the viewer; null for who has not signed in. */
  readonly organizationId: string | null;
  /** This run's own id: when another run has taken the record over, it is no longer there. */
  readonly owner: string;
  /** Whether a transaction of the run has committed. */
  tookEffect: boolean;
  /** False once the answer is made: work left behind by the mutation is none of it. */
  open: boolean;
}

const storage = new AsyncLocalStorage<MutationRun>();

/** Runs `work` so that every transaction within it marks the record of this run. */
export async function withinRun<R>(run: MutationRun, work: () => Promise<R>): Promise<R> {
  try {
    return await storage.run(run, work);
  } finally {
    run.open = false;
  }
}

export function currentRun(): MutationRun | undefined {
  const run = storage.getStore();
  return run?.open ? run : undefined;
}

/**
 * Notes in a transaction of the run that it takes effect. The record's row is locked from here to
 * the commit, so that who would take the run over waits for the outcome.
 * @throws IDEMPOTENCY_IN_PROGRESS when another run has taken over: the transaction must not commit
 */
export async function markEffect(client: RawClient, run: MutationRun): Promise<void> {
  const marked = await client.$executeRaw`
    UPDATE idempotency_record SET took_effect = true
    WHERE id = ${run.recordId} AND owner = ${run.owner}::uuid
      AND organization_id IS NOT DISTINCT FROM ${run.organizationId}::uuid`;
  if (marked === 0) throw idempotencyInProgress(1);
}
