/**
 * `npm start` and `npm run start:distributed`: installs and builds what is missing, then becomes the
 * platform. The program runs in this
 * very process, so a signal sent to it arrives where it should.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runMain, setup } from './setup.mjs';

await runMain(async () => {
  await setup();
  const { buildIfStale } = await import('./build.mjs');
  await buildIfStale();
  const [name = 'standalone'] = process.argv.slice(2);
  const program = join(root, 'dist', name, 'main.js');
  if (!existsSync(program)) throw new Error(`There is no program ${name}.`);
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(program).href);
});
