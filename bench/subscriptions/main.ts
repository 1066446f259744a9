import { parseArgs } from 'node:util';
import { bundle } from '../child/bundle.js';
import { assignProcessors, loadNote } from '../child/processors.js';
import { percentile } from '../percentiles.js';
import { say } from '../progress-line.js';
import { table } from '../table.js';
import type { Transport } from './client.js';
import { openScene, type Delivery } from './scene.js';

const USAGE = `npm run bench:subscriptions [-- options]
  --transport ws|sse|both   how subscribers are connected (both)
  --events N                events for each crowd, of which the slowest counts (5)`;

const MOST_MEGABYTES = 600;
const MOST_MS = 1_500;

/** Who subscribes to the same operation. More viewers than one mean more executions for one event. */
const CROWDS = [
  { subscribers: 10_000, viewers: 1, memory: true, delivery: true },
  { subscribers: 10_000, viewers: 10_000, memory: true, delivery: false },
  { subscribers: 1_000, viewers: 1_000, memory: false, delivery: true },
];

const count = (value: number): string => value.toLocaleString('en-US');

async function measure(transports: readonly Transport[], events: number): Promise<boolean> {
  const processors = assignProcessors();
  say(`${processors.note} ${loadNote()}`);
  const bundled = await bundle('subscriptions', ['subscriptions/gateway', 'subscriptions/client']);
  const rows: string[][] = [];
  let met = true;
  for (const transport of transports) {
    for (const { subscribers, viewers, memory, delivery } of CROWDS) {
      const scene = await openScene({ bundled, processors, transport, subscribers, viewers });
      const who = viewers === 1 ? `${count(subscribers)} subscribers` : `${count(viewers)} viewers`;
      const name = `${transport}, ${who}`;
      const row = (what: string, target: number | null, seen: number, unit: string) => {
        if (target !== null) met &&= seen < target;
        rows.push([
          `${name}: ${what}`,
          target === null ? '' : `< ${count(target)} ${unit}`,
          `${count(Math.round(seen))} ${unit}`,
        ]);
      };
      try {
        const { before, after } = scene.memory;
        const each = ((after - before) / subscribers / 1_000).toFixed(1);
        say(
          `${name}: connected within ${(scene.connectingMs / 1_000).toFixed(1)} s, ` +
            `memory ${(before / 1e6).toFixed(0)} → ${(after / 1e6).toFixed(0)} MB, ${each} kB each`,
        );
        row('memory while idle', memory ? MOST_MEGABYTES : null, after / 1e6, 'MB');
        const deliveries: Delivery[] = [];
        for (let event = 0; event < events; event += 1) deliveries.push(await scene.publish());
        const slowest = Math.max(...deliveries.map(({ last }) => last));
        const cpu = percentile(
          deliveries.map((delivery) => delivery.cpu),
          50,
        );
        row('last message of an event', delivery ? MOST_MS : null, slowest, 'ms');
        row("the gateway's CPU for an event, median", null, cpu, 'ms');
      } finally {
        await scene.stop();
      }
    }
  }
  say(`\n${table(['', 'target', 'seen'], rows)}`);
  say(met ? '\nThe targets are met.' : '\nA target is MISSED.');
  return met;
}

const { values } = parseArgs({
  options: {
    transport: { type: 'string', default: 'both' },
    events: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});
const chosen = { ws: ['WebSocket'], sse: ['SSE'], both: ['WebSocket', 'SSE'] }[values.transport];
if (values.help || !chosen) {
  say(USAGE);
  process.exitCode = values.help ? 0 : 1;
} else {
  const met = await measure(chosen as Transport[], Number(values.events));
  process.exitCode = met ? 0 : 1;
}
