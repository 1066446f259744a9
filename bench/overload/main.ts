import { parseArgs } from 'node:util';
import { projectPath } from '@lyceum/platform/project-path';
import { bundle, type Bundled } from '../child/bundle.js';
import { startChild } from '../child/child.js';
import type { Usage } from '../child/probe.js';
import { assignProcessors, loadNote, type Processors } from '../child/processors.js';
import { benchSettings, NEVER_SPENT } from '../env.js';
import { OPERATION } from '../gateway/graph.js';
import { say } from '../progress-line.js';
import { table } from '../table.js';
import { createTokenMaker, somebody } from '../token-maker.js';
import type { Crowd, Outcome } from './load.js';

const USAGE = `npm run bench:overload [-- options]
  --seconds N   for each crowd (8)`;

/**
 * Half of the refusals are to come within this, beyond what a request takes that does nothing. Medians are
 * compared, since a machine that has other things to do stalls everything at times.
 */
const MOST_REFUSAL_MS = 50;

interface Scene {
  readonly name: string;
  /** Of each of the three fetches that an operation takes. */
  readonly fetchMs: number;
  readonly settings: Readonly<Record<string, string>>;
  /** The first is for warming up, the last shows whether all is again as it was. */
  readonly crowds: readonly number[];
  /** Milliseconds that half of the accepted operations may take, beyond the same. */
  readonly mostMs: number;
}

const SCENES: readonly Scene[] = [
  {
    name: 'slow services',
    fetchMs: 50,
    settings: { OPERATIONS_CONCURRENCY: '32', OPERATIONS_QUEUE: '32' },
    crowds: [16, 16, 200, 1_000, 16],
    // Its own 150 ms and as much until its turn, and half of that again.
    mostMs: 450,
  },
  {
    name: 'no processor left',
    fetchMs: 0,
    settings: {},
    crowds: [16, 16, 1_500, 3_000, 16],
    // As long as it may wait for its turn, and half of that again.
    mostMs: 1_500,
  },
];

const SETTINGS = {
  ...NEVER_SPENT,
  CONNECTIONS_PER_NETWORK: '100000',
  OPERATIONS_MODE: 'open',
  OPERATIONS_DIR: projectPath('bench', 'dist', 'no-manifests'),
  NODE_ENV: 'production',
  LOG_LEVEL: 'error',
  HOST: '127.0.0.1',
  PORT: '0',
};

const HEAD = [
  '',
  'clients',
  'answered/s',
  'p50',
  'p99',
  'refused/s',
  'p50',
  'p99',
  'nothing p50',
  'p99',
  'MB',
];

async function measure(
  scene: Scene,
  options: { seconds: number; bundled: Bundled; processors: Processors },
): Promise<{ rows: string[][]; met: boolean }> {
  const { seconds, bundled, processors } = options;
  const env = { ...benchSettings.PASSED_ON, ...SETTINGS, ...scene.settings };
  const nodeOptions = ['--import', bundled.probe, '--enable-source-maps', '--expose-gc'];
  const start = (program: string, processor: number | undefined) =>
    startChild({ script: bundled.script(`overload/${program}`), nodeOptions, env, processor });
  const gateway = start('gateway', processors.measured);
  const load = start('load', processors.others);
  try {
    const tokens = await createTokenMaker();
    const { fetchMs } = scene;
    const url = await gateway.ask<string>('start', { jwks: tokens.jwks, fetchMs });
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${await tokens.tokenOf(somebody())}`,
    };
    const body = JSON.stringify(OPERATION);
    const rows: string[][] = [];
    let met = true;
    for (const clients of scene.crowds) {
      const crowd: Crowd = { url, headers, body, clients, seconds };
      const { answered, refused, floor } = await load.ask<Outcome>('run', crowd);
      await gateway.ask('collectGarbage');
      const { rssBytes } = await gateway.ask<Usage>('usage');
      met &&= answered.p50 - floor.p50 < scene.mostMs;
      met &&= refused.count === 0 || refused.p50 - floor.p50 < MOST_REFUSAL_MS;
      const cells = [answered, refused].flatMap(({ count, p50, p99 }) => [
        (count / seconds).toFixed(0),
        count > 0 ? p50.toFixed(1) : '',
        count > 0 ? p99.toFixed(1) : '',
      ]);
      const megabytes = (rssBytes / 1e6).toFixed(0);
      rows.push([
        scene.name,
        String(clients),
        ...cells,
        floor.p50.toFixed(1),
        floor.p99.toFixed(1),
        megabytes,
      ]);
    }
    return { rows: rows.slice(1), met };
  } finally {
    await load.stop();
    await gateway.stop();
  }
}

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) say(USAGE);
else {
  const processors = assignProcessors();
  say(`${processors.note} ${loadNote()}`);
  const bundled = await bundle('overload', ['overload/gateway', 'overload/load']);
  const seconds = Number(values.seconds);
  const measured = [];
  for (const scene of SCENES) measured.push(await measure(scene, { seconds, bundled, processors }));
  const rows = measured.flatMap((scene) => scene.rows);
  say(`\n${table(HEAD, rows)}\n\nTimes in milliseconds. "nothing" is a request that does nothing.`);
  const met = measured.every((scene) => scene.met);
  say(met ? 'The targets are met.' : 'A target is MISSED.');
  process.exitCode = met ? 0 : 1;
}
