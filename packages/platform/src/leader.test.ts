import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testDatabase } from '@lyceum/testkit/database';
import type { TestDatabase } from '@lyceum/testkit/database';
import { eventually } from '@lyceum/testkit/eventually';
import pg from 'pg';
import { electLeader } from './leader.js';
import type { Leader } from './leader.js';
import { silentLogger } from './telemetry/logger.js';
import { createMetrics } from './telemetry/metrics.js';

let database: TestDatabase;
let leaders: Leader[];
let working: Set<string>;
beforeEach(async () => {
  database = await testDatabase();
  leaders = [];
  working = new Set();
});
afterEach(async () => {
  for (const leader of leaders) await leader.close();
  await database.drop();
});

function stand(name: string, service = 'course', databaseUrl = database.url): Leader {
  const leader = electLeader({
    service,
    databaseUrl,
    log: silentLogger,
    metrics: createMetrics({ defaults: false }),
    intervalMs: 20,
    start: async () => void working.add(name),
    stop: async () => void working.delete(name),
  });
  leaders.push(leader);
  return leader;
}

async function cutConnections(): Promise<void> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await client.end();
}

describe('the leader of a service', () => {
  it('is one at a time; the next takes over when it leaves', async () => {
    const first = stand('first');
    await eventually(() => expect([...working]).toEqual(['first']));
    const second = stand('second');
    stand('other', 'progress');
    await eventually(() => expect([...working]).toEqual(['first', 'other']));
    expect(second.active).toBe(false);
    await first.close();
    expect(working.has('first')).toBe(false);
    await eventually(() => expect(second.active).toBe(true));
  });

  it('stops its work when the connection is lost, and one goes on', async () => {
    const first = stand('first');
    await eventually(() => expect(first.active).toBe(true));
    const second = stand('second');
    await cutConnections();
    await eventually(() => expect(first.active !== second.active).toBe(true));
    await eventually(() => expect([...working]).toEqual([first.active ? 'first' : 'second']));
  });

  it('waits for a database that is not there yet', async () => {
    const later = new URL(database.url);
    later.pathname += '_later';
    const name = later.pathname.slice(1);
    const leader = stand('first', 'course', later.href);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await eventually(() => expect(leader.active).toBe(true));
    await leader.close();
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await client.end();
  });
});
