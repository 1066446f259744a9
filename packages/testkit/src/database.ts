import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { applyMigrations, readMigrations } from '@lyceum/platform/migrations';
import { projectPath } from '@lyceum/platform/project-path';
import pg from 'pg';
import { testServerSocket } from './env.js';

export interface TestDatabase {
  url: string;
  /** Removes the database, cutting connections that are still open. */
  drop(): Promise<void>;
}

let superuserUrl: Promise<string> | undefined;

/**
 * A fresh database for one test file: the service's, with all its migrations; or an empty one when no
 * service is named. It is a copy of a template made once a run, so it takes some 50 ms.
 */
export async function testDatabase(service?: string): Promise<TestDatabase> {
  superuserUrl ??= askForServer();
  const server = await superuserUrl;
  const template = service ? await ensureTemplate(server, service) : 'template0';
  const name = `${service ?? 'empty'}_${randomBytes(6).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name} TEMPLATE ${template}`);
  return {
    url: urlOf(server, name),
    drop: () => execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function askForServer(): Promise<string> {
  const answer = await text(connect(testServerSocket()));
  if (answer.startsWith('error:')) throw new Error(`No database for tests, ${answer}`);
  return answer;
}

/** Made by whichever test file comes first, while the others wait. */
async function ensureTemplate(server: string, service: string): Promise<string> {
  const migrationsDirectory = projectPath('prisma', service, 'migrations');
  const migrations = await readMigrations(migrationsDirectory);
  const last = migrations.at(-1);
  if (!last) throw new Error(`There are no migrations in ${migrationsDirectory}`);
  const state = migrations.map((migration) => migration.checksum.slice(0, 2)).join('');
  const template = `template_${service}_${last.checksum.slice(0, 8)}_${state.slice(-24)}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock(hashtext($1::text))', [template]);
    const found = await client.query(
      'SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate',
      [template],
    );
    if (found.rowCount) return template;
    await client.query(`DROP DATABASE IF EXISTS ${template}`);
    await client.query(`CREATE DATABASE ${template} TEMPLATE template0`);
    await applyMigrations({ migrationsDirectory, connectionString: urlOf(server, template) });
    await client.query(`ALTER DATABASE ${template} IS_TEMPLATE true`);
    return template;
  } finally {
    await client.end();
  }
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function execute(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
