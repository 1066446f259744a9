import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { applyMigrations } from '@lyceum/platform/migrations';
import { projectPath } from '@lyceum/platform/project-path';
import { testDatabase } from '@lyceum/testkit/database';
import pg from 'pg';

it('keeps notifications of an older database, and sends no second mail for a certificate', async () => {
  const all = projectPath('prisma', 'notification', 'migrations');
  const before = await mkdtemp(join(tmpdir(), 'lyceum-before-'));
  const database = await testDatabase();
  const client = new pg.Client({ connectionString: database.url });
  try {
    for (const name of await readdir(all)) {
      if (name < '20261126153350')
        await cp(join(all, name), join(before, name), { recursive: true });
    }
    await applyMigrations({ migrationsDirectory: before, connectionString: database.url });
    await client.connect();
    const organization = newId();
    for (const [template, state] of [
      ['course-completed', 'PENDING'],
      ['course-completed', 'SENT'],
      ['certificate-issued', 'PENDING'],
    ]) {
      const id = newId();
      await client.query(
        `INSERT INTO notification (id, organization_id, recipient_id, category, template, data,
           dedupe_key, locale, title, body, in_feed, created_at)
         VALUES ($1::uuid, $2, $3, 'ACHIEVEMENT', $4, '{}', $1::text, 'en', 'Title', 'Body', true, now())`,
        [id, organization, newId(), template],
      );
      await client.query(
        `INSERT INTO delivery (id, organization_id, notification_id, channel, state, tries, next_try_at)
         VALUES ($1, $2, $3, 'EMAIL', $4::"DeliveryState", 0, now())`,
        [newId(), organization, id, state],
      );
    }
    await applyMigrations({ migrationsDirectory: all, connectionString: database.url });
    const { rows } = await client.query<Record<string, unknown>>(
      `SELECT template, title, link, state::text FROM notification n
       JOIN delivery d ON d.notification_id = n.id ORDER BY n.id`,
    );
    const kept = { title: 'Title', link: null };
    expect(rows).toEqual([
      { template: 'course-completed', state: 'SUPPRESSED', ...kept },
      { template: 'course-completed', state: 'SENT', ...kept },
      { template: 'certificate-issued', state: 'PENDING', ...kept },
    ]);
  } finally {
    await client.end();
    await database.drop();
    await rm(before, { recursive: true });
  }
});
