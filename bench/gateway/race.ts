import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from '../child/child.js';
import type { Usage } from '../child/probe.js';
import type { RunningContender } from './contestants.js';
import type { Load, Measured } from './load.js';
import { OPERATION } from './graph.js';

const CONNECTIONS = 16;
const BODY = JSON.stringify(OPERATION);
/** What is left over from one window must not be counted for the next. */
const SETTLE_MS = 100;

/** What one contender did in one window. */
export interface Window extends Measured {
  requestsPerSecond: number;
  /** CPU of the gateway's process, for one request. */
  cpuMs: number;
  /** Fetches that arrived at the subgraphs, for one request. */
  fetches: number;
}

export interface Race {
  load: Child;
  subgraphs: Child;
  /** A fresh access token: the same headers for all of them. */
  headers(): Promise<Record<string, string>>;
}

/** One answer of a contender, without white space at its ends. @throws when it is no answer at all */
export async function answerOf(contender: RunningContender, race: Race): Promise<string> {
  const headers = await race.headers();
  const response = await fetch(contender.url, { method: 'POST', headers, body: BODY });
  const text = (await response.text()).trim();
  if (response.status !== 200 || !text.startsWith('{"data":{')) {
    throw new Error(`${contender.name} answered ${response.status}: ${text.slice(0, 500)}`);
  }
  return text;
}

export async function runWindow(
  contender: RunningContender,
  race: Race,
  options: Pick<Load, 'seconds' | 'atLeast' | 'expected'>,
): Promise<Window> {
  const { load, subgraphs } = race;
  const fetched = async (): Promise<number> =>
    Object.values(await subgraphs.ask<Record<string, number>>('fetches')).reduce((a, b) => a + b);
  const job: Load = {
    ...options,
    url: contender.url,
    headers: await race.headers(),
    body: BODY,
    connections: CONNECTIONS,
  };
  const fetchesBefore = await fetched();
  const before = await contender.child.ask<Usage>('usage');
  const measured = await load.ask<Measured>('run', job);
  const after = await contender.child.ask<Usage>('usage');
  const fetches = (await fetched()) - fetchesBefore;
  await pause(SETTLE_MS);
  const { requests, seconds } = measured;
  return {
    ...measured,
    requestsPerSecond: requests / seconds,
    cpuMs: (after.cpuMs - before.cpuMs) / requests,
    fetches: fetches / requests,
  };
}
