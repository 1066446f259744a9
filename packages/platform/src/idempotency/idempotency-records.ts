import type { Pool } from 'pg';
import type { MutationRun } from './mutation-run.js';

/** How long a key is remembered: seconds. */
export const REMEMBERED_SECONDS = 24 * 60 * 60;
const PRUNE_BATCH = 1_000;

/** A record as another request finds it. */
export interface FoundRecord {
  readonly fingerprint: string;
  readonly tookEffect: boolean;
  /** Sealed; null as long as there is none. */
  readonly answer: Buffer | null;
  readonly expired: boolean;
  /** Seconds until its run counts as dead unless it says that it lives; below 0 when it does. */
  readonly leaseSeconds: number;
  /** Seconds since it was first run. */
  readonly ageSeconds: number;
}

/** The table of records. All times are the database's: several instances share it. */
export interface IdempotencyRecords {
  /**
   * Takes the record for a run: when there is none, or none that still counts, or when its run died
   * without effect and the input is the same.
   */
  claim(run: MutationRun, fingerprint: string): Promise<boolean>;
  find(recordId: string): Promise<FoundRecord | null>;
  /** Each of these says whether the record still belongs to the run. */
  renew(run: MutationRun): Promise<boolean>;
  keep(run: MutationRun, sealedAnswer: Buffer): Promise<boolean>;
  /** Forgets a run that took no effect; false also when it did. */
  forget(run: MutationRun): Promise<boolean>;
  /** Gives up a run that took effect but has no answer worth keeping. */
  giveUp(run: MutationRun): Promise<boolean>;
}

export function idempotencyRecords(pool: Pool, leaseMs: number): IdempotencyRecords {
  const leaseSeconds = leaseMs / 1000;

  async function changed(text: string, values: unknown[]): Promise<boolean> {
    const { rowCount } = await pool.query(text, values);
    return rowCount === 1;
  }

  return {
    claim: ({ recordId, organizationId, owner }, fingerprint) =>
      changed(
        `INSERT INTO idempotency_record AS known
           (id, organization_id, fingerprint, owner, lease_until, expires_at)
         VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5::float8), now() + make_interval(secs => $6::float8))
         ON CONFLICT (id) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, owner = EXCLUDED.owner,
           lease_until = EXCLUDED.lease_until, expires_at = EXCLUDED.expires_at,
           took_effect = false, answer = NULL
         WHERE known.expires_at <= now()
           OR (known.answer IS NULL AND NOT known.took_effect AND known.lease_until <= now()
             AND known.fingerprint = EXCLUDED.fingerprint)`,
        [recordId, organizationId, fingerprint, owner, leaseSeconds, REMEMBERED_SECONDS],
      ),

    async find(recordId) {
      const { rows } = await pool.query<FoundRecord>(
        `SELECT fingerprint, took_effect AS "tookEffect", answer, expires_at <= now() AS expired,
           extract(epoch FROM lease_until - now())::float AS "leaseSeconds",
           $2::float - extract(epoch FROM expires_at - now())::float AS "ageSeconds"
         FROM idempotency_record WHERE id = $1`,
        [recordId, REMEMBERED_SECONDS],
      );
      return rows[0] ?? null;
    },

    renew: ({ recordId, owner }) =>
      changed(
        `UPDATE idempotency_record SET lease_until = now() + make_interval(secs => $3::float8)
         WHERE id = $1 AND owner = $2`,
        [recordId, owner, leaseSeconds],
      ),

    keep: ({ recordId, owner }, sealedAnswer) =>
      changed('UPDATE idempotency_record SET answer = $3 WHERE id = $1 AND owner = $2', [
        recordId,
        owner,
        sealedAnswer,
      ]),

    forget: ({ recordId, owner }) =>
      changed('DELETE FROM idempotency_record WHERE id = $1 AND owner = $2 AND NOT took_effect', [
        recordId,
        owner,
      ]),

    giveUp: ({ recordId, owner }) =>
      changed('UPDATE idempotency_record SET lease_until = now() WHERE id = $1 AND owner = $2', [
        recordId,
        owner,
      ]),
  };
}

/** Removes what is remembered for long enough, a batch at a time. */
export async function pruneIdempotencyRecords(pool: Pool, signal: AbortSignal): Promise<void> {
  let removed = PRUNE_BATCH;
  while (removed === PRUNE_BATCH && !signal.aborted) {
    const result = await pool.query(
      `DELETE FROM idempotency_record WHERE id IN (
         SELECT id FROM idempotency_record WHERE expires_at <= now()
         ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`,
      [PRUNE_BATCH],
    );
    removed = result.rowCount ?? 0;
  }
}
