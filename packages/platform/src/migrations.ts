import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

export interface Migration {
  /** The folder's name: a UTC timestamp and a word or two. They are applied in the order of their names. */
  name: string;
  sql: string;
  /** SHA-256 of the SQL, in hexadecimal, as Prisma records it. */
  checksum: string;
}

/** The advisory lock that Prisma's own command takes too. */
const LOCK = 72_707_369;

/** Prisma's table, so that `prisma migrate status` and `prisma migrate deploy` agree with us. */
const CREATE_TABLE = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                  VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum            VARCHAR(64) NOT NULL,
    finished_at         TIMESTAMPTZ,
    migration_name      VARCHAR(255) NOT NULL,
    logs                TEXT,
    rolled_back_at      TIMESTAMPTZ,
    started_at          TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count INTEGER NOT NULL DEFAULT 0
  )`;

/** The migrations in a folder, in order; none when the folder does not exist. */
export async function readMigrations(migrationsDirectory: string): Promise<Migration[]> {
  if (!existsSync(migrationsDirectory)) return [];
  const entries = await readdir(migrationsDirectory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.toSorted().map(async (name) => {
      const sql = await readFile(join(migrationsDirectory, name, 'migration.sql'), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      return { name, sql, checksum };
    }),
  );
}

/**
 * Brings a database up to date. Each migration is one transaction together with its record, so an
 * interrupted one leaves nothing behind. Several instances may call this at once; when there is nothing
 * to do it costs one query.
 *
 * @returns the names of the migrations applied now.
 * @throws Error naming the migration, when its SQL fails, when it was edited after it had been applied,
 *   or when Prisma's command left it half done.
 */
export async function applyMigrations(options: {
  migrationsDirectory: string;
  connectionString: string;
}): Promise<string[]> {
  const migrations = await readMigrations(options.migrationsDirectory);
  const client = new pg.Client({ connectionString: options.connectionString });
  await client.connect();
  try {
    if ((await pending(client, migrations)).length === 0) return [];
    await client.query('SELECT pg_advisory_lock($1::bigint)', [LOCK]);
    await client.query(CREATE_TABLE);
    const todo = await pending(client, migrations);
    for (const migration of todo) await apply(client, migration);
    return todo.map((migration) => migration.name);
  } finally {
    // Ending the session gives the lock back.
    await client.end();
  }
}

async function pending(client: pg.Client, migrations: Migration[]): Promise<Migration[]> {
  const applied = new Map<string, { checksum: string; finished: boolean }>();
  const table = await client.query<{ found: boolean }>(
    `SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found`,
  );
  if (table.rows[0]?.found) {
    const records = await client.query<{ name: string; checksum: string; finished: boolean }>(
      `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
         FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
    );
    for (const { name, ...record } of records.rows) applied.set(name, record);
  }
  return migrations.filter((migration) => {
    const record = applied.get(migration.name);
    if (!record) return true;
    if (!record.finished) {
      throw new Error(
        `Migration ${migration.name} was begun by "prisma migrate" and failed: ` +
          'repair the database, then use "prisma migrate resolve".',
      );
    }
    if (record.checksum !== migration.checksum) {
      throw new Error(
        `Migration ${migration.name} was changed after it had been applied. ` +
          'Undo the change and write a new migration.',
      );
    }
    return false;
  });
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw new Error(`Migration ${migration.name} failed: ${describe(cause, migration.sql)}`, {
      cause,
    });
  }
}

function describe(error: unknown, sql: string): string {
  if (!(error instanceof pg.DatabaseError)) return String(error);
  const position = Number(error.position);
  const line = position > 0 ? ` (line ${sql.slice(0, position).split('\n').length})` : '';
  return `${error.message}${line}`;
}
