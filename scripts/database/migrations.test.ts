import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyMigrations, readMigrations } from '@lyceum/platform/migrations';
import { testDatabase, type TestDatabase } from '@lyceum/testkit/database';
import { removeHandwritten } from './normalize.js';
import { createSchemaEngine, diffToSchema } from './schema-engine.js';

const SCHEMA = `
datasource db {
  provider = "postgresql"
}
model Page {
  id     String @id @db.Uuid
  title  String
  search Unsupported("tsvector")?

  @@index([search], type: Gin)
  @@map("page")
}
model Visit {
  id   String   @db.Uuid
  time DateTime @db.Timestamptz(3)

  @@id([id, time])
  @@map("visit")
}
`;

const MIGRATION = `
CREATE TABLE page (
  id uuid PRIMARY KEY,
  title text NOT NULL CHECK (length(title) < 200),
  search tsvector GENERATED ALWAYS AS (to_tsvector('simple', title)) STORED
);
CREATE INDEX page_search_idx ON page USING gin (search);
CREATE UNIQUE INDEX page_title ON page (lower(title));
CREATE INDEX page_untitled ON page (id) WHERE title = '';
CREATE INDEX page_title_handwritten ON page USING brin (title);
CREATE TABLE visit (id uuid NOT NULL, time timestamptz(3) NOT NULL, PRIMARY KEY (id, time))
  PARTITION BY RANGE (time);
CREATE INDEX visit_time_handwritten ON visit USING brin (time);
CREATE TABLE visit_2026 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
`;

let database: TestDatabase;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lyceum-schema-'));
  mkdirSync(join(directory, 'migrations/20260101000000_first'), { recursive: true });
  writeFileSync(join(directory, 'migrations/20260101000000_first/migration.sql'), MIGRATION);
  writeFileSync(join(directory, 'schema.prisma'), SCHEMA);
  database = await testDatabase();
  await applyMigrations({
    migrationsDirectory: join(directory, 'migrations'),
    connectionString: database.url,
  });
});

afterAll(async () => {
  await database.drop();
  rmSync(directory, { recursive: true });
});

describe('migrations written here and Prisma', () => {
  it('agree on what has been applied', async () => {
    const engine = await createSchemaEngine(database.url);
    const [migration] = await readMigrations(join(directory, 'migrations'));
    const diagnosis = await engine.diagnoseMigrationHistory({
      migrationsList: {
        baseDir: join(directory, 'migrations'),
        lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"' },
        shadowDbInitScript: '',
        migrationDirectories: [
          {
            path: migration!.name,
            migrationFile: {
              path: 'migration.sql',
              content: {
                tag: 'ok',
                value: readFileSync(
                  join(directory, 'migrations', migration!.name, 'migration.sql'),
                  'utf8',
                ),
              },
            },
          },
        ],
      },
      optInToShadowDatabase: false,
      filters: { externalTables: [], externalEnums: [] },
    });
    expect(diagnosis).toEqual({
      editedMigrationNames: [],
      failedMigrationNames: [],
      hasMigrationsTable: true,
      history: null,
    });
  });

  it('do not propose to undo what was written by hand', async () => {
    await removeHandwritten(database.url);
    expect(await diffToSchema(database.url, join(directory, 'schema.prisma'))).toBe('');
  });

  it('notice a new column and a new index', async () => {
    const changed = SCHEMA.replace(
      'title  String',
      'title  String\n  views  Int @default(0)\n\n  @@index([title])',
    );
    writeFileSync(join(directory, 'changed.prisma'), changed);
    const sql = await diffToSchema(database.url, join(directory, 'changed.prisma'));
    expect(sql).toContain('ADD COLUMN     "views" INTEGER NOT NULL DEFAULT 0');
    expect(sql).toContain('CREATE INDEX "page_title_idx" ON "page"("title")');
    expect(sql).not.toContain('DROP');
  });
});
