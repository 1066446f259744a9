import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { courseStaffAdded } from '@lyceum/events/course';
import { newId } from '@lyceum/platform/ids';
import { applyMigrations } from '@lyceum/platform/migrations';
import { projectPath } from '@lyceum/platform/project-path';
import { testDatabase } from '@lyceum/testkit/database';
import pg from 'pg';

it('gives the courses of an older database their creators, or those who changed them', async () => {
  const all = projectPath('prisma', 'course', 'migrations');
  const before = await mkdtemp(join(tmpdir(), 'lyceum-before-'));
  const database = await testDatabase();
  const client = new pg.Client({ connectionString: database.url });
  try {
    for (const name of await readdir(all)) {
      if (name < '20261126124730')
        await cp(join(all, name), join(before, name), { recursive: true });
    }
    await applyMigrations({ migrationsDirectory: before, connectionString: database.url });
    await client.connect();
    const organization = newId();
    const [creator, publisher, editor] = [newId(), newId(), newId()];
    const [made, found, unknown] = [newId(), newId(), newId()];
    for (const [id, by] of [
      [made, creator],
      [found, null],
      [unknown, null],
    ]) {
      await client.query(
        `INSERT INTO course (id, organization_id, slug, title, summary, language, draft_version_id,
           created_by, created_at, updated_at)
         VALUES ($1::uuid, $2, $1::text, 'Title', '', 'en', gen_random_uuid(), $3, now(), now())`,
        [id, organization, by],
      );
    }
    for (const course of [made, found]) {
      await client.query(
        `INSERT INTO course_version (id, organization_id, course_id, number, published_by)
         VALUES (gen_random_uuid(), $1, $2, 1, $3)`,
        [organization, course, publisher],
      );
      await client.query(
        `INSERT INTO outbox (id, type, aggregate_id, organization_id, actor_id, correlation_id, "time", data)
         VALUES (gen_random_uuid(), 'course.course.changed.v1', $1, $2, $3, 'x', now(), '{}')`,
        [course, organization, editor],
      );
    }
    await applyMigrations({ migrationsDirectory: all, connectionString: database.url });
    const { rows } = await client.query<{ course_id: string; user_id: string }>(
      `SELECT course_id, user_id FROM course_staff WHERE role = 'INSTRUCTOR'`,
    );
    const pairs = rows.map((row) => `${row.course_id} ${row.user_id}`).toSorted();
    const wanted = [`${made} ${creator}`, `${found} ${publisher}`, `${found} ${editor}`].toSorted();
    expect(pairs).toEqual(wanted);
    const events = await client.query<{ id: string; data: { courseId: string; userId: string } }>(
      `SELECT id, data FROM outbox WHERE type = $1 AND published_at IS NULL`,
      [courseStaffAdded.type],
    );
    expect(new Set(events.rows.map(({ id }) => id)).size).toBe(3);
    for (const { data } of events.rows) expect(courseStaffAdded.schema.parse(data)).toEqual(data);
    expect(events.rows.map(({ data }) => `${data.courseId} ${data.userId}`).toSorted()).toEqual(
      wanted,
    );
  } finally {
    await client.end();
    await database.drop();
    await rm(before, { recursive: true });
  }
});
