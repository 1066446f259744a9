import { percentile } from '../percentiles.js';
import { table } from '../table.js';
import { CONTENDERS, type ContenderName } from './contestants.js';
import type { Window } from './race.js';

export type Rounds = ReadonlyMap<ContenderName, readonly Window[]>;

const median = (values: readonly number[]): number => percentile(values, 50);

/** How many times better than stock in the same round, as the median of the rounds. */
export function ratios(rounds: Rounds, name: ContenderName): { cpu: number; requests: number } {
  const stock = rounds.get('apollo') ?? [];
  const own = rounds.get(name) ?? [];
  const pairs = own.slice(0, stock.length).map((window, round) => [window, stock[round]!] as const);
  return {
    cpu: median(pairs.map(([window, base]) => base.cpuMs / window.cpuMs)),
    requests: median(
      pairs.map(([window, base]) => window.requestsPerSecond / base.requestsPerSecond),
    ),
  };
}

/** The medians of each contender, with the ratio to stock. */
export function standings(rounds: Rounds): string {
  const rows = [...rounds].map(([name, windows]) => {
    const of = (field: 'requestsPerSecond' | 'p50' | 'p99' | 'cpuMs' | 'fetches') =>
      median(windows.map((window) => window[field]));
    const { cpu, requests } = ratios(rounds, name);
    const times = (ratio: number) => (Number.isNaN(ratio) ? '' : `${ratio.toFixed(2)}×`);
    return [
      CONTENDERS[name],
      of('requestsPerSecond').toFixed(0),
      of('p50').toFixed(1),
      of('p99').toFixed(1),
      of('fetches').toFixed(1),
      of('cpuMs').toFixed(3),
      times(cpu),
      times(requests),
    ];
  });
  return table(
    [
      'medians of the rounds',
      'requests/s',
      'p50 ms',
      'p99 ms',
      'fetches',
      'CPU ms/request',
      'by CPU',
      'by requests/s',
    ],
    rows,
  );
}
