import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { testDatabase, type TestDatabase } from './database.js';

let databases: TestDatabase[];

beforeAll(async () => {
  databases = await Promise.all([testDatabase('user'), testDatabase('user'), testDatabase()]);
});

afterAll(() => Promise.all(databases.map((database) => database.drop())));

async function tables(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const found = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    await client.query('CREATE TABLE mine (id int)');
    return found.rows.map((row) => row.name);
  } finally {
    await client.end();
  }
}

describe('testDatabase', () => {
  it('has all tables of the service, and nothing of another test', async () => {
    const first = await tables(databases[0]!.url);
    const second = await tables(databases[1]!.url);
    expect(first).toContain('outbox');
    expect(second.toSorted()).toEqual(first.toSorted());
  });

  it('is empty when no service is named', async () => {
    expect(await tables(databases[2]!.url)).toEqual([]);
  });

  it('can be dropped while somebody is connected', async () => {
    const database = await testDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => {});
    await client.connect();
    await database.drop();
    await expect(client.query('SELECT 1')).rejects.toThrow();
    await client.end().catch(() => {});
  });
});
