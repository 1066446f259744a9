import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startedAt } from './processes.js';

export interface DirectoryLock {
  release(): Promise<void>;
}

/** Directories locked by this very process. */
const held = new Set<string>();

/**
 * Makes this process the only one to use a directory. The lock of a process that is gone is taken over.
 * @throws DirectoryInUse when another process, or this one, uses the directory already.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'lock');
  if (held.has(directory)) throw inUse(directory, process.pid);
  held.add(directory);
  try {
    await acquire(path, directory);
  } catch (error) {
    held.delete(directory);
    throw error;
  }
  return {
    async release() {
      await rm(path, { force: true });
      held.delete(directory);
    },
  };
}

async function acquire(path: string, directory: string): Promise<void> {
  // Written aside and linked, so that the lock never exists half written.
  const ours = `${path}.${process.pid}`;
  await writeFile(ours, `${process.pid}\n${startedAt(process.pid)}\n`);
  try {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      try {
        await link(ours, path);
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const found = await readFile(path, 'utf8').catch(() => undefined);
      if (found === undefined) continue;
      const owner = liveOwner(found);
      if (owner !== undefined) throw inUse(directory, owner);
      await removeStale(path, found);
    }
    throw new Error(`Cannot lock ${directory}: others keep locking it.`);
  } finally {
    await rm(ours, { force: true });
  }
}

/** Two processes may find the same stale lock; the slower one must not remove the lock of the faster. */
async function removeStale(path: string, content: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
  if (moved !== undefined && moved !== content) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

/** The process that holds the lock, or undefined when it is gone. */
export function liveOwner(content: string): number | undefined {
  const [pid, started] = content.split('\n');
  const owner = Number(pid);
  if (!Number.isInteger(owner) || owner <= 0 || owner === process.pid) return undefined;
  return startedAt(owner) === started ? owner : undefined;
}

/** Another process, or this one, uses the directory already; one line says it all. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
}

function inUse(directory: string, pid: number): DirectoryInUse {
  return new DirectoryInUse(
    `The database in ${directory} is in use by process ${pid}. Stop that one first.`,
  );
}
