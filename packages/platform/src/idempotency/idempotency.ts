import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { ACCESS_TOKEN } from '../access-token.js';
import {
  idempotencyAnswerLost,
  idempotencyConflict,
  idempotencyInProgress,
  LyceumError,
  type ErrorCode,
} from '../errors.js';
import { newId } from '../ids.js';
import { isInfrastructureFailure } from '../infrastructure-failure.js';
import type { Idempotency, SubgraphRequest, SubgraphResponse } from '../subgraph.js';
import type { Logger } from '../telemetry/logger.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Viewer } from '../viewer.js';
import { idempotencyRecords, type FoundRecord } from './idempotency-records.js';
import { withinRun, type MutationRun } from './mutation-run.js';
import { keyedSecrets, type KeyedSecrets } from './secrecy.js';

export interface IdempotencyLimits {
  /** After so long without a sign of life a run counts as dead, in milliseconds. */
  leaseMs: number;
  /** How long a request waits for the answer of another with its key, in milliseconds. */
  waitMs: number;
  /** So many wait at a time; further ones are told at once to come back. */
  mostWaiting: number;
}

const LIMITS: IdempotencyLimits = { leaseMs: 10_000, waitMs: 5_000, mostWaiting: 50 };
const FIRST_STEP_MS = 20;
const LONGEST_STEP_MS = 250;

/** Refusals that say nothing of the request itself: without an effect, the next try runs again. */
const PASSING: ReadonlySet<unknown> = new Set<ErrorCode>([
  'SERVICE_UNAVAILABLE',
  'RATE_LIMITED',
  'INTERNAL_SERVER_ERROR',
]);

type Execute = (request: SubgraphRequest) => Promise<SubgraphResponse>;

/**
 * Makes mutations that carry an idempotency key run once: the same key with the same input gets the
 * first answer, for a day, from any instance of the service, also after a crash.
 *
 * A run owns a record in the service's database. Its transactions mark the record as they commit
 * (`markEffect`), and cannot once another run has taken over: so whether it took effect is known
 * exactly, and it never does twice.
 */
export function createIdempotency(options: {
  service: string;
  pool: Pool;
  log: Logger;
  metrics: Metrics;
  limits?: Partial<IdempotencyLimits>;
}): (request: SubgraphRequest, execute: Execute) => Promise<SubgraphResponse> {
  const { service, pool, log, metrics } = options;
  const limits = { ...LIMITS, ...options.limits };
  const records = idempotencyRecords(pool, limits.leaseMs);
  let waiting = 0;

  const count = (outcome: string): void => metrics.idempotentMutations.inc({ service, outcome });

  /** Runs and keeps the answer. @returns null when another run has taken over: its answer counts */
  async function runFirst(
    run: MutationRun,
    secrets: KeyedSecrets,
    work: () => Promise<SubgraphResponse>,
  ): Promise<SubgraphResponse | null> {
    const life = setInterval(() => {
      records.renew(run).catch((error: unknown) => log.debug({ err: error }, 'lease not renewed'));
    }, limits.leaseMs / 3).unref();
    try {
      const answer = await withinRun(run, work);
      return (await settle(run, secrets, answer)) ? answer : null;
    } catch (error) {
      await records.forget(run).catch(() => false);
      throw error;
    } finally {
      clearInterval(life);
    }
  }

  async function settle(
    run: MutationRun,
    secrets: KeyedSecrets,
    answer: SubgraphResponse,
  ): Promise<boolean> {
    try {
      if (isPassing(answer, run)) return (await records.forget(run)) || (await records.giveUp(run));
      return await records.keep(run, secrets.seal(JSON.stringify(answer)));
    } catch (error) {
      // It happened, and who asked learns it; who asks again is told that the answer was lost.
      log.warn({ err: error }, 'the answer to a mutation with an idempotency key was not kept');
      return true;
    }
  }

  async function runOnce(
    viewer: Viewer,
    idempotency: Idempotency,
    work: () => Promise<SubgraphResponse>,
  ): Promise<SubgraphResponse> {
    const secrets = keyedSecrets(viewer, idempotency);
    const organizationId = viewer.kind === 'person' ? viewer.organizationId : null;
    const { recordId } = secrets;
    const deadline = Date.now() + limits.waitMs;
    let mayClaim = true;
    for (let step = FIRST_STEP_MS; ; step = Math.min(step * 2, LONGEST_STEP_MS)) {
      if (mayClaim) {
        const owner = newId();
        const run = { recordId, organizationId, owner, tookEffect: false, open: true };
        if (await records.claim(run, secrets.fingerprint)) {
          const answer = await runFirst(run, secrets, work);
          if (answer) {
            count('first');
            return answer;
          }
        }
      }
      const found = await records.find(recordId);
      const verdict = judge(found, secrets.fingerprint);
      if (verdict === 'CONFLICT') return refused(idempotencyConflict());
      if (verdict === 'ANSWERED') return replay(secrets, found!);
      if (verdict === 'LOST') return refused(idempotencyAnswerLost());
      mayClaim = verdict === 'FREE';
      const left = deadline - Date.now();
      if (left <= 0 || waiting >= limits.mostWaiting) {
        return refused(idempotencyInProgress(Math.max(1, Math.ceil(found?.leaseSeconds ?? 1))));
      }
      if (mayClaim) continue;
      waiting += 1;
      try {
        await pause(Math.min(step, left));
      } finally {
        waiting -= 1;
      }
    }
  }

  function replay(secrets: KeyedSecrets, found: FoundRecord): SubgraphResponse {
    let answer: SubgraphResponse;
    try {
      answer = JSON.parse(secrets.open(found.answer!)) as SubgraphResponse;
    } catch (error) {
      log.error({ err: error }, 'a kept answer cannot be read');
      return refused(idempotencyAnswerLost());
    }
    count('replayed');
    const { viewer, ...extensions } = answer.extensions ?? {};
    // Who signed in is believed for as long as the access token of that answer, and no longer.
    const stillIs = viewer && found.ageSeconds < ACCESS_TOKEN.lifetimeSeconds ? { viewer } : {};
    return { ...answer, extensions: { ...extensions, ...stillIs, replayed: true } };
  }

  function refused(error: LyceumError): SubgraphResponse {
    count(error.code.replace('IDEMPOTENCY_', '').toLowerCase());
    return { data: null, errors: [error.toJSON()] };
  }

  return async (request, execute) => {
    const { idempotency, viewer } = request;
    if (!idempotency) return execute(request);
    try {
      return await runOnce(viewer, idempotency, () => execute(request));
    } catch (error) {
      if (!isInfrastructureFailure(error)) throw error;
      log.warn({ err: error }, 'database away or busy');
      const busy = new LyceumError('SERVICE_UNAVAILABLE', 'Too much is going on. Try again.');
      return { data: null, errors: [busy.toJSON()] };
    }
  };
}

/** FREE: may be claimed. RUNNING: another run is under way. LOST: it took effect, and then died. */
type Verdict = 'FREE' | 'CONFLICT' | 'ANSWERED' | 'RUNNING' | 'LOST';

function judge(found: FoundRecord | null, fingerprint: string): Verdict {
  if (!found || found.expired) return 'FREE';
  if (found.fingerprint !== fingerprint) return 'CONFLICT';
  if (found.answer) return 'ANSWERED';
  if (found.leaseSeconds > 0) return 'RUNNING';
  return found.tookEffect ? 'LOST' : 'FREE';
}

/** Whether an answer is not worth keeping: it failed for a passing reason, and tells of no effect. */
function isPassing(answer: SubgraphResponse, run: MutationRun): boolean {
  const failed =
    answer.errors?.some(({ extensions }) => PASSING.has(extensions?.['code'])) ?? false;
  const hasData = Object.values(answer.data ?? {}).some((value) => value !== null);
  return failed && !(run.tookEffect && hasData);
}
