import pg from 'pg';
import type { EventHistory } from './bus/in-process-positions.js';
import type { NumberedEvent } from './bus/recent-events.js';
import { envelopeOf, type OutboxRow } from './outbox.js';

/** The outboxes of all services of this process: together they know what its predecessors told. */
export interface OutboxHistory extends EventHistory {
  /** The highest number kept; 0 when there is none. */
  newest(): Promise<number>;
  close(): Promise<void>;
}

interface HistoryRow extends OutboxRow {
  readonly number: string;
  readonly published_at: Date | null;
  readonly doubtful: boolean;
}

/** A database without the table or the column has told nobody of anything. */
const NOT_THERE = new Set(['42P01', '42703']);

/** Connects when it is asked, which is after a restart and then hardly ever again. */
export function createOutboxHistory(databaseUrls: readonly string[]): OutboxHistory {
  const pools = databaseUrls.map((connectionString) => {
    const pool = new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 5_000 });
    pool.on('error', () => undefined);
    return pool;
  });

  async function fromAll<R extends pg.QueryResultRow>(
    text: string,
    values: unknown[],
  ): Promise<R[]> {
    const results = await Promise.all(pools.map((pool) => pool.query<R>(text, values)));
    return results.flatMap(({ rows }) => rows);
  }

  async function newestOf(pool: pg.Pool): Promise<number> {
    try {
      const { rows } = await pool.query<{ number: string | null }>(
        'SELECT max(number) AS number FROM outbox',
      );
      return Number(rows[0]?.number ?? 0);
    } catch (error) {
      if (NOT_THERE.has(String((error as { code?: unknown }).code))) return 0;
      throw error;
    }
  }

  return {
    async newest() {
      return Math.max(0, ...(await Promise.all(pools.map(newestOf))));
    },

    async read(after, before, most) {
      const known = await fromAll('SELECT 1 FROM outbox WHERE number = $1', [after]);
      if (known.length === 0) return null;
      const rows = await fromAll<HistoryRow>(
        `SELECT seq, id, type, aggregate_id, organization_id, actor_id, correlation_id, causation_id, "time",
                data, number, published_at, doubtful
         FROM outbox WHERE number > $1 AND number < $2 ORDER BY number LIMIT $3`,
        [after, before, most + 1],
      );
      if (rows.length > most) return null;
      return rows.map(numberedOf).toSorted((a, b) => a.number - b.number);
    },

    async leftovers(base) {
      const rows = await fromAll<{ type: string; organization_id: string }>(
        `SELECT DISTINCT type, organization_id FROM outbox
         WHERE doubtful AND (number IS NULL OR number > $1)`,
        [base],
      );
      return rows.map(({ type, organization_id }) => ({ type, organizationId: organization_id }));
    },

    async close() {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}

function numberedOf(row: HistoryRow): NumberedEvent {
  return {
    number: Number(row.number),
    // Null while an operator has it published again.
    at: (row.published_at ?? row.time).getTime(),
    event: envelopeOf(row),
    doubtful: row.doubtful,
  };
}
