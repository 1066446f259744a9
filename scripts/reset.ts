/**
 * `npm run reset [-- --yes]`: deletes all data of the standalone platform, after asking. It refuses while
 * the platform runs.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { removeEmbeddedPostgres } from '@lyceum/embedded-postgres/embedded-postgres';
import { projectPath } from '@lyceum/platform/project-path';

const home = resolve(projectPath(), process.env['LYCEUM_HOME'] ?? '.lyceum');

async function confirmed(): Promise<boolean> {
  if (process.argv.includes('--yes')) return true;
  if (!process.stdin.isTTY) {
    console.error(`This deletes ${home}. Say so: npm run reset -- --yes`);
    return false;
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await lines.question(`Delete all data in ${home}? [y/N] `);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}

if (!existsSync(home)) {
  console.log(`There is nothing in ${home}.`);
} else if (await confirmed()) {
  try {
    // First of all, because it refuses when the database is in use.
    await removeEmbeddedPostgres(join(home, 'postgres'));
    await rm(home, { recursive: true, force: true });
    console.log(`${home} is deleted.`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
} else {
  process.exitCode = 1;
}
