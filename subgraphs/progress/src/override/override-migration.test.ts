import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { applyMigrations } from '@lyceum/platform/migrations';
import { projectPath } from '@lyceum/platform/project-path';
import { testDatabase } from '@lyceum/testkit/database';
import pg from 'pg';

it('keeps the progress of an older database, as completed by the learners themselves', async () => {
  const all = projectPath('prisma', 'progress', 'migrations');
  const before = await mkdtemp(join(tmpdir(), 'lyceum-before-'));
  const database = await testDatabase();
  const client = new pg.Client({ connectionString: database.url });
  try {
    for (const name of await readdir(all)) {
      if (name < '20261126181422')
        await cp(join(all, name), join(before, name), { recursive: true });
    }
    await applyMigrations({ migrationsDirectory: before, connectionString: database.url });
    await client.connect();
    const [organization, enrollment] = [newId(), newId()];
    await client.query(
      `INSERT INTO course_progress (id, organization_id, course_id, learner_id, enrolled_at,
         structure_version, percent, completed_topics, total_topics, state)
       VALUES ($1, $2, gen_random_uuid(), gen_random_uuid(), now(), 1, 50, 1, 2, 'INCOMPLETE')`,
      [enrollment, organization],
    );
    for (const state of ['COMPLETE_PASS', 'INCOMPLETE']) {
      await client.query(
        `INSERT INTO topic_progress (enrollment_id, topic_id, organization_id, views, state, completed_at)
         VALUES ($1, gen_random_uuid(), $2, 3, $3, CASE WHEN $3 = 'INCOMPLETE' THEN NULL
           ELSE timestamptz '2026-03-01T08:30:00Z' END)`,
        [enrollment, organization, state],
      );
    }
    await applyMigrations({ migrationsDirectory: all, connectionString: database.url });
    const { rows } = await client.query(
      `SELECT state, views, completed_at, completed_by, completion_reason FROM topic_progress
       ORDER BY state`,
    );
    const nobody = { views: 3, completed_by: null, completion_reason: null };
    expect(rows).toEqual([
      { state: 'COMPLETE_PASS', completed_at: new Date('2026-03-01T08:30:00Z'), ...nobody },
      { state: 'INCOMPLETE', completed_at: null, ...nobody },
    ]);
    await client.query(
      `INSERT INTO attempt_grant (id, organization_id, enrollment_id, block_id, attempts,
         attempts_made, reason, granted_by, granted_at)
       VALUES (gen_random_uuid(), $1, $2, gen_random_uuid(), 1, 1, 'Why', gen_random_uuid(), now())`,
      [organization, enrollment],
    );
    // A grant goes with its enrollment, as attempts do.
    await client.query('DELETE FROM course_progress WHERE id = $1', [enrollment]);
    expect((await client.query('SELECT FROM attempt_grant')).rowCount).toBe(0);
  } finally {
    await client.end();
    await database.drop();
    await rm(before, { recursive: true });
  }
});
