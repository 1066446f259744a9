/**
 * `node scripts/test-run.mjs <unit|journeys|distributed>`: one Jest run of `npm test`, its results left
 * in .test-results/. Further arguments go to Jest.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const [name, ...more] = process.argv.slice(2);
const ignore = (pattern) => `--testPathIgnorePatterns=${pattern}`;
const always = [ignore('/node_modules/'), ignore('/dist/')];

const RUNS = {
  unit: () => [...always, ignore('<rootDir>/tests/'), ...withoutServers()],
  journeys: () => ['<rootDir>/tests/', '--runInBand', ...always],
  distributed: () => ['<rootDir>/tests/', '--runInBand', ...always],
};

/** What is tested on real servers, wherever they are at hand; continuous integration always has them. */
const SERVERS = [
  { server: process.env.NATS_SERVER ?? 'nats-server', tests: 'nats', install: 'nats-server' },
  { server: 'redis-server', tests: 'redis', install: 'redis-server' },
];

function withoutServers() {
  return SERVERS.filter(
    ({ server }) => spawnSync(server, ['--version'], { stdio: 'ignore' }).status !== 0,
  ).map(({ tests, install }) => {
    console.warn(
      `LEFT OUT: *.${tests}.test.ts, for want of a ${install} (Debian: apt install ${install})`,
    );
    return ignore(`\\.${tests}\\.test\\.ts$`);
  });
}

if (!name || !(name in RUNS)) {
  console.error(`Usage: node scripts/test-run.mjs <${Object.keys(RUNS).join('|')}>`);
  process.exit(1);
}

// Journeys run the programs as they are shipped.
if (name !== 'unit') {
  const { buildIfStale } = await import('./build.mjs');
  await buildIfStale();
}

const results = join(root, '.test-results');
mkdirSync(results, { recursive: true });
const args = RUNS[name]().map((argument) => argument.replace('<rootDir>/', `${root}/`));
const child = spawn(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    join(root, 'node_modules/jest/bin/jest.js'),
    '--json',
    `--outputFile=${join(results, `${name}.json`)}`,
    // Paths first: an option that takes a list would swallow them.
    ...more,
    ...args,
  ],
  {
    cwd: root,
    // With --json Jest prints the results as well, which nobody reads.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...(name === 'distributed' ? { LYCEUM_TOPOLOGY: 'distributed' } : {}) },
  },
);
child.once('exit', (code) => (process.exitCode = code ?? 1));
