/** Asks one gateway over and over, on connections that stay open, each as soon as it was answered. */
import { Pool } from 'undici';
import { answers } from '../child/answers.js';
import { percentile } from '../percentiles.js';

export interface Load {
  url: string;
  headers: Record<string, string>;
  body: string;
  connections: number;
  /** It goes on for so long, and until so many answers came: a busy machine needs longer. */
  seconds: number;
  atLeast: number;
  /** What every answer has to be, apart from white space at its ends. */
  expected: string;
}

export interface Measured {
  requests: number;
  /** Until the last answer was there. */
  seconds: number;
  p50: number;
  p99: number;
}

async function run(load: Load): Promise<Measured> {
  const { origin, pathname: path } = new URL(load.url);
  const { headers, body, connections, expected } = load;
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies: number[] = [];
  const started = performance.now();
  const until = started + load.seconds * 1_000;

  async function loop(): Promise<void> {
    for (let begun = started; begun < until || latencies.length < load.atLeast;) {
      const response = await pool.request({ method: 'POST', path, headers, body });
      const text = await response.body.text();
      if (response.statusCode !== 200 || text.trimEnd() !== expected) {
        throw new Error(`${load.url} answered ${response.statusCode}: ${text.slice(0, 500)}`);
      }
      const now = performance.now();
      latencies.push(now - begun);
      begun = now;
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, loop));
  } finally {
    await pool.destroy();
  }
  const seconds = (performance.now() - started) / 1_000;
  return {
    requests: latencies.length,
    seconds,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
  };
}

answers({ run });
