import type { ServiceName } from '@lyceum/platform/service';
import { eventually } from '@lyceum/testkit/eventually';
import type { Topology } from './topology.js';

export interface TableLock {
  /** Resolves when so many statements wait for it. */
  waitedForBy(count: number): Promise<void>;
  release(): Promise<void>;
}

/** Keeps a table from everybody else: whatever needs it is under way until this is released. */
export async function lockTable(
  topology: Topology,
  service: ServiceName,
  table: string,
): Promise<TableLock> {
  const connection = await topology.connect(service);
  await connection.query('BEGIN');
  await connection.query(`LOCK TABLE ${table}`);
  return {
    waitedForBy: (count) =>
      eventually(async () => {
        const [row] = await topology.sql<{ n: number }>(
          service,
          'SELECT count(*)::int AS n FROM pg_locks WHERE NOT granted AND relation = $1::regclass',
          [table],
        );
        if (row!.n < count) throw new Error(`${row!.n} wait for ${table}`);
      }),
    async release() {
      await connection.query('ROLLBACK');
      connection.release();
    },
  };
}
