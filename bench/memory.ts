import { setTimeout as pause } from 'node:timers/promises';

/** Megabytes of resident memory of each process, by its name. */
export type Sample = ReadonlyMap<string, number>;

export interface MemoryWatch {
  readonly samples: readonly Sample[];
  now(): Promise<Sample>;
  stop(): Promise<void>;
}

const EVERY_MS = 1_000;

/** Looks at the memory of the platform's processes once a second, as they tell it themselves. */
export function watchMemory(metricsUrls: ReadonlyMap<string, string>): MemoryWatch {
  const samples: Sample[] = [];
  let stopped = false;

  async function now(): Promise<Sample> {
    const entries = await Promise.all(
      [...metricsUrls].map(async ([name, url]) => [name, await residentMegabytes(url)] as const),
    );
    return new Map(entries);
  }
  const watching = (async () => {
    while (!stopped) {
      samples.push(await now());
      await pause(EVERY_MS);
    }
  })();

  return {
    samples,
    now,
    stop: async () => {
      stopped = true;
      await watching;
    },
  };
}

async function residentMegabytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const bytes = /^process_resident_memory_bytes(?:\{[^}]*\})? (\S+)/m.exec(text)?.[1];
  return Number(bytes ?? Number.NaN) / 1_000_000;
}

const sumOf = (sample: Sample | undefined): number =>
  [...(sample?.values() ?? [])].reduce((sum, value) => sum + value, 0);

/** Seconds of CPU that the processes used since they were started, all together. */
export async function cpuSeconds(metricsUrls: ReadonlyMap<string, string>): Promise<number> {
  let sum = 0;
  for (const url of metricsUrls.values()) {
    const text = await (await fetch(`${url}/metrics`)).text();
    sum += Number(/^process_cpu_seconds_total(?:\{[^}]*\})? (\S+)/m.exec(text)?.[1] ?? Number.NaN);
  }
  return sum;
}

/** What a series of samples says, over all processes together. */
export function summarize(samples: readonly Sample[]) {
  const sums = samples.map(sumOf);
  const mean = (from: number, to: number) => {
    const part = sums.slice(Math.floor(sums.length * from), Math.ceil(sums.length * to));
    return part.reduce((sum, value) => sum + value, 0) / Math.max(part.length, 1);
  };
  return {
    most: Math.max(...sums),
    /** Means over each quarter: memory that leaks rises from one to the next. */
    quarters: [mean(0, 0.25), mean(0.25, 0.5), mean(0.5, 0.75), mean(0.75, 1)] as const,
  };
}
