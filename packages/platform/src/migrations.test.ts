import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@lyceum/testkit/database';
import pg from 'pg';
import { applyMigrations } from './migrations.js';

let database: TestDatabase;
let migrationsDirectory: string;
const apply = () => applyMigrations({ migrationsDirectory, connectionString: database.url });

beforeEach(async () => {
  database = await testDatabase();
  migrationsDirectory = mkdtempSync(join(tmpdir(), 'lyceum-migrations-'));
  write('20260101000000_first', 'CREATE TABLE pupil (id int); CREATE TABLE class (id int);');
});

afterEach(async () => {
  await database.drop();
  rmSync(migrationsDirectory, { recursive: true });
});

function write(name: string, sql: string): void {
  mkdirSync(join(migrationsDirectory, name), { recursive: true });
  writeFileSync(join(migrationsDirectory, name, 'migration.sql'), sql);
}

async function query<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('applyMigrations', () => {
  it('applies what is new, in the order of the names, once', async () => {
    write('20260102000000_second', 'ALTER TABLE pupil ADD COLUMN name text');
    expect(await apply()).toEqual(['20260101000000_first', '20260102000000_second']);
    expect(await apply()).toEqual([]);
    write('20260103000000_third', 'ALTER TABLE pupil DROP COLUMN name');
    expect(await apply()).toEqual(['20260103000000_third']);
  });

  it('lets several instances start at once', async () => {
    const applied = await Promise.all([apply(), apply(), apply(), apply()]);
    expect(applied.flat()).toEqual(['20260101000000_first']);
  });

  it('leaves nothing of a migration that fails, and applies it once it is mended', async () => {
    write('20260102000000_second', 'CREATE TABLE half (id int);\nALTER TABLE nowhere ADD x int;');
    await expect(apply()).rejects.toThrow(
      'Migration 20260102000000_second failed: relation "nowhere" does not exist',
    );
    const [row] = await query(`SELECT to_regclass('half') AS half, to_regclass('pupil') AS pupil`);
    expect(row).toEqual({ half: null, pupil: 'pupil' });
    write('20260102000000_second', 'CREATE TABLE half (id int)');
    expect(await apply()).toEqual(['20260102000000_second']);
  });

  it('tells the line of a mistake', async () => {
    write('20260102000000_second', 'CREATE TABLE good (id int);\n\nCREATE TALBE bad (id int);');
    await expect(apply()).rejects.toThrow('syntax error at or near "TALBE" (line 3)');
  });

  it('refuses a migration that was edited after it had been applied', async () => {
    await apply();
    write('20260101000000_first', 'CREATE TABLE other (id int)');
    await expect(apply()).rejects.toThrow(
      '20260101000000_first was changed after it had been applied',
    );
  });

  it('refuses to go on after a migration that Prisma left half done', async () => {
    await apply();
    await query('UPDATE _prisma_migrations SET finished_at = NULL');
    await expect(apply()).rejects.toThrow('prisma migrate resolve');
  });
});
