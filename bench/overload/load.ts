/** Many clients, each on a connection of its own, who ask again when they are answered, and later when they are refused. */
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'undici';
import { answers } from '../child/answers.js';
import { percentile } from '../percentiles.js';

export interface Crowd {
  url: string;
  headers: Record<string, string>;
  body: string;
  clients: number;
  seconds: number;
}

export interface Latencies {
  count: number;
  /** In milliseconds. */
  p50: number;
  p99: number;
}

export interface Outcome {
  answered: Latencies;
  /** With 503 and Retry-After. */
  refused: Latencies;
  /** Of a request that does nothing, meanwhile: what this machine itself takes. */
  floor: Latencies;
}

/** Connections that are opened at a time. */
const OPENED_AT_ONCE = 50;
const FLOOR_EVERY_MS = 20;
/** Clients begin one after the other within this time, which is not measured. */
const BEGIN_MS = 3_000;

async function run({ url, headers, body, clients, seconds }: Crowd): Promise<Outcome> {
  const answered: number[] = [];
  const refused: number[] = [];
  const floor: number[] = [];
  let isMeasured = false;
  let isOver = false;
  const connections = Array.from({ length: clients + 1 }, () => new Client(url));

  async function nothing(client: Client): Promise<number> {
    const begun = performance.now();
    const response = await client.request({ method: 'GET', path: '/health/live' });
    await response.body.dump();
    return performance.now() - begun;
  }

  /** @returns milliseconds until it asks again */
  async function ask(client: Client): Promise<number> {
    const begun = performance.now();
    const response = await client.request({ method: 'POST', path: '/graphql', headers, body });
    const text = await response.body.text();
    const ms = performance.now() - begun;
    const retryAfter = Number(response.headers['retry-after']);
    if (response.statusCode === 503 && retryAfter >= 1) {
      if (isMeasured) refused.push(ms);
      return retryAfter * 1_000;
    }
    if (response.statusCode !== 200 || text.includes('"errors"')) {
      throw new Error(`Answered ${response.statusCode}: ${text.slice(0, 500)}`);
    }
    if (isMeasured) answered.push(ms);
    return 0;
  }

  for (let from = 0; from < connections.length; from += OPENED_AT_ONCE) {
    await Promise.all(connections.slice(from, from + OPENED_AT_ONCE).map(nothing));
  }
  const [watcher, ...others] = connections;
  const watching = (async () => {
    for (; !isOver; await pause(FLOOR_EVERY_MS)) {
      const ms = await nothing(watcher!);
      if (isMeasured) floor.push(ms);
    }
  })();
  const end = AbortSignal.timeout(BEGIN_MS + seconds * 1_000);
  // One for each client that waits.
  setMaxListeners(0, end);
  const begin = setTimeout(() => (isMeasured = true), BEGIN_MS);
  const asking = others.map(async (client, place) => {
    await pause((place / clients) * BEGIN_MS);
    while (!end.aborted) {
      const ms = await ask(client);
      if (ms > 0) await pause(ms, undefined, { signal: end }).catch(() => undefined);
    }
  });
  await Promise.all(asking);
  isOver = true;
  clearTimeout(begin);
  await watching;
  await Promise.all(connections.map((client) => client.close()));
  return {
    answered: latenciesOf(answered),
    refused: latenciesOf(refused),
    floor: latenciesOf(floor),
  };
}

const latenciesOf = (values: readonly number[]): Latencies => ({
  count: values.length,
  p50: percentile(values, 50),
  p99: percentile(values, 99),
});

answers({ run });
