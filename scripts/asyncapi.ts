/**
 * `npm run asyncapi`: writes docs/events.asyncapi.json from the catalogue of events.
 * With `--check` nothing is written: it fails when the file is not what it would write.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { asyncApi } from '@lyceum/events/asyncapi';
import { projectPath } from '@lyceum/platform/project-path';

const FILE = 'docs/events.asyncapi.json';

const path = projectPath(FILE);
const content = `${JSON.stringify(asyncApi(), null, 2)}\n`;
if (!existsSync(path) || readFileSync(path, 'utf8') !== content) {
  if (process.argv.includes('--check')) {
    process.stderr.write(`${FILE} is not up to date: run npm run asyncapi, and commit it.\n`);
    process.exitCode = 1;
  } else {
    writeFileSync(path, content);
    process.stdout.write(`Written: ${FILE}\n`);
  }
}
