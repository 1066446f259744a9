/**
 * `npm run migration -- <service> <name>`: writes the migration that leads from the existing ones to the
 * service's schema.prisma. `npm run migration -- --check` fails when some service lacks one.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { projectPath } from '@lyceum/platform/project-path';
import { missingSql, withScratchPostgres } from './database/scratch.js';
import { services } from './generate.mjs';

const LOCK_FILE = `# Made by npm run migration; says which database the SQL is for.
provider = "postgresql"
`;

async function write(service: string, name: string): Promise<void> {
  const sql = await withScratchPostgres((postgres) => missingSql(postgres, service));
  if (!sql) {
    console.log(`Nothing changed: the migrations of ${service} make what its schema says.`);
    return;
  }
  const timestamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const migrations = projectPath('prisma', service, 'migrations');
  const folder = `${migrations}/${timestamp}_${name}`;
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/migration.sql`, sql.endsWith('\n') ? sql : `${sql}\n`);
  await writeFile(`${migrations}/migration_lock.toml`, LOCK_FILE);
  console.log(`Written: ${relative(process.cwd(), folder)}/migration.sql — read it before use.`);
  if (/^(DROP|ALTER TABLE .* DROP )/m.test(sql)) {
    console.log('It drops something. Renames look like this too: edit the SQL to keep the data.');
  }
}

async function check(): Promise<void> {
  const lacking = await withScratchPostgres(async (postgres) => {
    const found: string[] = [];
    for (const service of services()) {
      const sql = await missingSql(postgres, service);
      if (sql) found.push(`${service}: npm run migration -- ${service} <name>, for:\n${sql}`);
    }
    return found;
  });
  if (lacking.length === 0) return;
  console.error(`Schemas without migration:\n${lacking.join('\n')}`);
  process.exitCode = 1;
}

const [service, name] = process.argv.slice(2);
if (service === '--check') {
  await check();
} else if (!service || !name || !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error('Usage: npm run migration -- <service> <name_in_snake_case>');
  process.exitCode = 1;
} else if (!existsSync(projectPath('prisma', service, 'schema.prisma'))) {
  console.error(`There is no prisma/${service}/schema.prisma.`);
  process.exitCode = 1;
} else {
  await write(service, name);
}
