import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** Keeps one text a day, by its date such as `2026-11-25`. */
export interface UsageStore {
  days(): Promise<string[]>;
  read(day: string): Promise<string | null>;
  /** Changes a day at once: what another gateway wrote in between is not lost. */
  update(day: string, change: (stored: string | null) => string): Promise<void>;
  remove(day: string): Promise<void>;
  close(): Promise<void>;
}

const FILE = /^(\d{4}-\d{2}-\d{2})\.json$/;

/** Files in a folder, for a gateway that is the only one. */
export function openUsageFolder(directory: string): UsageStore {
  const pathOf = (day: string): string => join(directory, `${day}.json`);

  async function read(day: string): Promise<string | null> {
    try {
      return await readFile(pathOf(day), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  return {
    read,
    async days() {
      const names = await readdir(directory).catch(() => []);
      return names.flatMap((name) => FILE.exec(name)?.[1] ?? []).toSorted();
    },
    async update(day, change) {
      const text = change(await read(day));
      await mkdir(directory, { recursive: true });
      const temporary = `${pathOf(day)}.${process.pid}.tmp`;
      await writeFile(temporary, text);
      await rename(temporary, pathOf(day));
    },
    remove: (day) => rm(pathOf(day), { force: true }),
    close: async () => undefined,
  };
}

const HASH = 'lyceum:gateway:usage';
const MOST_TRIES = 20;
/** Sets a day if it still holds what the change was made from; an empty text stands for none. */
const SET_IF_SAME = `
  if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  return 1`;

/** A hash in Redis, for several gateways together. */
export function connectUsageStore(url: string, onError: (error: Error) => void): UsageStore {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  redis.on('error', onError);
  return {
    days: async () => (await redis.hkeys(HASH)).toSorted(),
    read: (day) => redis.hget(HASH, day),
    async update(day, change) {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const stored = await redis.hget(HASH, day);
        const done = await redis.eval(SET_IF_SAME, 1, HASH, day, stored ?? '', change(stored));
        if (done === 1) return;
      }
      throw new Error('Other gateways store their usage without a pause');
    },
    async remove(day) {
      await redis.hdel(HASH, day);
    },
    async close() {
      redis.disconnect();
    },
  };
}
