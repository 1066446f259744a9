/**
 * `npm run dev`: the standalone platform from sources, started again when one changes. Before each start
 * the database clients and the supergraph are brought up to date; while they cannot be, the running
 * platform is left alone and the errors are shown.
 */
import { spawn } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { join } from 'node:path';
import { root, runMain, setup } from './setup.mjs';

const WATCHED = ['packages', 'subgraphs', 'gateway', 'standalone', 'prisma'];
const RELEVANT = /\.(ts|prisma|liquid|yaml|sql)$/;
const IRRELEVANT = /(node_modules|generated|\.test\.ts$)/;

let platform;
let working = false;
let changed = false;
let ending = false;

function run(args) {
  return spawn(process.execPath, ['--import', 'tsx', ...args], { cwd: root, stdio: 'inherit' });
}

const ended = (child) =>
  new Promise((resolve) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) resolve(undefined);
    else child.once('exit', resolve);
  });

async function restart() {
  if (working) {
    changed = true;
    return;
  }
  working = true;
  do {
    changed = false;
    await bringUp().catch((error) => console.error(error.message ?? error));
  } while (changed && !ending);
  working = false;
}

async function bringUp() {
  await setup();
  if ((await ended(run(['scripts/compose.ts']))) !== 0) return;
  platform?.kill('SIGTERM');
  await ended(platform);
  if (!ending) platform = run(['standalone/src/main.ts']);
}

await runMain(async () => {
  await setup();
  const { buildExplorerIfStale } = await import('../gateway/explorer/build.mjs');
  await buildExplorerIfStale();
  let timer;
  for (const folder of WATCHED.filter((name) => existsSync(join(root, name)))) {
    watch(join(root, folder), { recursive: true }, (_event, file) => {
      if (!file || !RELEVANT.test(file) || IRRELEVANT.test(file)) return;
      clearTimeout(timer);
      timer = setTimeout(restart, 150);
    });
  }
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, async () => {
      ending = true;
      // Ctrl-C has reached the platform already; the other signal has not.
      if (signal === 'SIGTERM') platform?.kill('SIGTERM');
      await ended(platform);
      process.exit(0);
    });
  }
  await restart();
});
