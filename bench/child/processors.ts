import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

export interface Processors {
  /** What is measured has one for itself. */
  readonly measured: number | undefined;
  /** Everything else shares another. */
  readonly others: number | undefined;
  /** How they were given out, for whoever reads the figures. */
  readonly note: string;
}

/** Gives out processors, where taskset (Debian: util-linux) can and there are two. */
export function assignProcessors(): Processors {
  const allowed = allowedProcessors();
  const available = spawnSync('taskset', ['-V'], { stdio: 'ignore' }).status === 0;
  if (!available || allowed.length < 2) {
    const why = available ? 'there is one processor' : 'taskset is not available';
    const note = `Not pinned, since ${why}: requests per second say little.`;
    return { measured: undefined, others: undefined, note };
  }
  const [measured, others] = [allowed.at(-1)!, allowed.at(-2)!];
  const note = `Gateways on processor ${measured}; load and subgraphs on processor ${others}.`;
  return { measured, others, note };
}

/** How busy the machine is with other things: times on the clock mean little when it is. */
export function loadNote(): string {
  const [lastMinute] = loadavg() as [number, number, number];
  return `Load of the machine before: ${lastMinute.toFixed(1)}.`;
}

/** Those that this process may run on, such as `0-3,8`. */
function allowedProcessors(): number[] {
  if (process.platform !== 'linux') return [];
  const status = readFileSync('/proc/self/status', 'utf8');
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [from, to = from] = range.split('-').map(Number) as [number, number?];
    return Array.from({ length: to - from + 1 }, (_, place) => from + place);
  });
}
