/** Thousands of subscribers in one process, which only note when a message came. */
import { request as post } from 'node:http';
import { WebSocket } from 'ws';
import { answers } from '../child/answers.js';
import { markOf, SUBSCRIPTION } from './graph.js';

export type Transport = 'WebSocket' | 'SSE';

export interface Crowd {
  url: string;
  transport: Transport;
  /** One access token for each subscriber. */
  tokens: string[];
}

/** How one event arrived at everybody. */
export interface Arrival {
  messages: number;
  /** Subscribers that had more than one message of it. */
  doubled: number;
  /** Milliseconds since 1970. */
  firstAt: number;
  lastAt: number;
}

/** Connections that are opened at a time. */
const AT_A_TIME = 100;
/** Each address has some 28,000 ports of its own. */
const PER_ADDRESS = 5_000;

let awaited = 0;
let mark = markOf(0);
let times: number[] = [];
let got: Uint8Array = new Uint8Array();
/** How subscriptions ended, or failed, that should have gone on. */
const lost: string[] = [];

function heard(subscriber: number, text: string): void {
  if (text.includes('"errors"') || text.includes('"type":"error"')) lost.push(text);
  if (!text.includes(mark)) return;
  got[subscriber]! += 1;
  times.push(Date.now());
}

const addressOf = (subscriber: number): string =>
  `127.0.0.${1 + Math.floor(subscriber / PER_ADDRESS)}`;

const OPEN = {
  WebSocket: async ({ url, tokens }: Crowd, subscriber: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        localAddress: addressOf(subscriber),
        perMessageDeflate: false,
      });
      const send = (message: object) => socket.send(JSON.stringify(message));
      socket.once('error', reject);
      socket.once('close', (code, reason) => lost.push(`${code} ${String(reason)}`));
      socket.once('open', () =>
        send({ type: 'connection_init', payload: { accessToken: tokens[subscriber] } }),
      );
      socket.on('message', (data: Buffer) => {
        const text = data.toString('utf8');
        if (text.includes('"type":"connection_ack"')) {
          send({ type: 'subscribe', id: '1', payload: SUBSCRIPTION });
          resolve();
        } else if (text.includes('"type":"ping"')) send({ type: 'pong' });
        else heard(subscriber, text);
      });
    }),

  SSE: async ({ url, tokens }: Crowd, subscriber: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const request = post(`${url}/graphql`, {
        method: 'POST',
        agent: false,
        localAddress: addressOf(subscriber),
        headers: {
          accept: 'text/event-stream',
          'content-type': 'application/json',
          authorization: `Bearer ${tokens[subscriber]}`,
        },
      });
      request.once('error', reject);
      request.once('response', (response) => {
        response.setEncoding('utf8');
        response.on('data', (text: string) => heard(subscriber, text));
        response.once('close', () => lost.push('The stream ended'));
        if (response.statusCode === 200) resolve();
        else reject(new Error(`Answered ${response.statusCode}`));
      });
      request.end(JSON.stringify(SUBSCRIPTION));
    }),
};

answers({
  connect: async (crowd: Crowd): Promise<void> => {
    got = new Uint8Array(crowd.tokens.length);
    let next = 0;
    const open = async (): Promise<void> => {
      while (next < crowd.tokens.length) await OPEN[crowd.transport](crowd, next++);
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, open));
  },
  complaints: () => lost,
  expect: (number: number): void => {
    awaited = got.length;
    mark = markOf(number);
    times = [];
    got.fill(0);
  },
  arrival: (): Arrival | null => {
    if (times.length < awaited) return null;
    return {
      messages: times.length,
      doubled: got.filter((count) => count > 1).length,
      firstAt: times[0]!,
      lastAt: times.at(-1)!,
    };
  },
});
