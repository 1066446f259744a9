import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@lyceum/platform/ids';
import { projectPath } from '@lyceum/platform/project-path';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Bundled } from '../child/bundle.js';
import { startChild, type Child } from '../child/child.js';
import type { Usage } from '../child/probe.js';
import type { Processors } from '../child/processors.js';
import { benchSettings } from '../env.js';
import { createTokenMaker, somebody } from '../token-maker.js';
import type { Arrival, Crowd, Transport } from './client.js';

const PATIENCE_MS = 120_000;

/** Everything as in production, except that thousands come from one address, some as one person. */
const SETTINGS = {
  OPERATIONS_MODE: 'open',
  OPERATIONS_DIR: projectPath('bench', 'dist', 'no-manifests'),
  CONNECTIONS_PER_NETWORK: '100000',
  SUBSCRIPTIONS_PER_VIEWER: '100000',
  // Counted as ever, and never reached.
  RATE_LIMIT_VIEWER: '1000000000',
  RATE_LIMIT_NETWORK: '1000000000',
  NODE_ENV: 'production',
  LOG_LEVEL: 'error',
  HOST: '127.0.0.1',
  PORT: '0',
};

/** What one event took, in milliseconds. */
export interface Delivery {
  /** Until the first, and until the last subscriber had it. */
  readonly first: number;
  readonly last: number;
  /** CPU of the gateway's process. */
  readonly cpu: number;
}

export interface Scene {
  /** Bytes of the gateway's process before anybody came, and with everybody there. */
  readonly memory: { readonly before: number; readonly after: number };
  /** Milliseconds that everybody took to connect and to subscribe. */
  readonly connectingMs: number;
  publish(): Promise<Delivery>;
  stop(): Promise<void>;
}

/** A gateway with so many subscribers, each in a process of its own; with as many viewers as said. */
export async function openScene(options: {
  bundled: Bundled;
  processors: Processors;
  transport: Transport;
  subscribers: number;
  viewers: number;
}): Promise<Scene> {
  const { bundled, processors, transport, subscribers } = options;
  const env = { ...benchSettings.PASSED_ON, ...SETTINGS };
  const nodeOptions = ['--import', bundled.probe, '--enable-source-maps', '--expose-gc'];
  const start = (program: string, processor: number | undefined): Child =>
    startChild({ script: bundled.script(`subscriptions/${program}`), nodeOptions, env, processor });
  const gateway = start('gateway', processors.measured);
  const client = start('client', processors.others);
  const stop = async (): Promise<void> => {
    await client.stop();
    await gateway.stop();
  };
  const memory = async (): Promise<number> => {
    await gateway.ask('collectGarbage');
    return (await gateway.ask<Usage>('usage')).rssBytes;
  };
  try {
    const tokens = await createTokenMaker();
    const organizationId = newId();
    const people = Array.from({ length: options.viewers }, () => somebody(organizationId));
    const url = await gateway.ask<string>('start', { jwks: tokens.jwks });
    const crowd: Crowd = { url, transport, tokens: await tokensOf(people, subscribers, tokens) };
    const before = await memory();
    const begun = performance.now();
    await client.ask('connect', crowd);
    await until(client, async () => (await gateway.ask<number>('subscriptions')) === subscribers);
    const connectingMs = performance.now() - begun;
    const after = await memory();
    let events = 0;

    return {
      memory: { before, after },
      connectingMs,
      async publish() {
        const number = (events += 1);
        await client.ask('expect', number);
        const { cpuMs } = await gateway.ask<Usage>('usage');
        const at = await gateway.ask<number>('publish', { number, organizationId });
        let arrival: Arrival | null = null;
        await until(
          client,
          async () => (arrival = await client.ask<Arrival | null>('arrival')) !== null,
        );
        const { messages, doubled, firstAt, lastAt } = arrival!;
        if (messages !== subscribers || doubled > 0) {
          throw new Error(`${messages} messages came to ${subscribers}, to ${doubled} twice`);
        }
        const cpu = (await gateway.ask<Usage>('usage')).cpuMs - cpuMs;
        return { first: firstAt - at, last: lastAt - at, cpu };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function tokensOf(
  people: readonly SignedIn[],
  count: number,
  { tokenOf }: { tokenOf(person: SignedIn): Promise<string> },
): Promise<string[]> {
  const own = await Promise.all(people.map((person) => tokenOf(person)));
  return Array.from({ length: count }, (_, place) => own[place % own.length]!);
}

/** @throws when a subscriber complains, or nothing goes on any more */
async function until(client: Child, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await pause(50)) {
    if (await holds()) return;
    const complaints = await client.ask<string[]>('complaints');
    if (complaints.length > 0) {
      throw new Error(`${complaints.length} subscriptions ended, the first with ${complaints[0]}`);
    }
  }
  throw new Error(`It did not come so far within ${PATIENCE_MS / 1_000} s`);
}
