import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '@lyceum/embedded-postgres/embedded-postgres';
import { applyMigrations } from '@lyceum/platform/migrations';
import { projectPath } from '@lyceum/platform/project-path';
import { removeHandwritten } from './normalize.js';
import { diffToSchema } from './schema-engine.js';

/** Runs the work with an empty PostgreSQL that is thrown away afterwards. */
export async function withScratchPostgres<T>(
  work: (postgres: EmbeddedPostgres) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'lyceum-scratch-'));
  const postgres = await startEmbeddedPostgres({ directory, durability: 'fast' });
  try {
    return await work(postgres);
  } finally {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * What the migrations of a service still lack to make the tables that its schema describes, as SQL;
 * empty when nothing. Changes the scratch server only.
 */
export async function missingSql(postgres: EmbeddedPostgres, service: string): Promise<string> {
  await postgres.ensureDatabase(service);
  const connectionString = postgres.urlOf(service);
  const migrationsDirectory = projectPath('prisma', service, 'migrations');
  await applyMigrations({ migrationsDirectory, connectionString });
  await removeHandwritten(connectionString);
  return diffToSchema(connectionString, projectPath('prisma', service, 'schema.prisma'));
}
