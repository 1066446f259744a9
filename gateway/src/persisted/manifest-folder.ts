import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { LimitFunction } from 'p-limit';
import { readManifest, type Manifest } from './manifest.js';
import { manifestSet, type ManifestSet } from './manifest-set.js';

/** Looked at rather than watched: it holds for mounted and replaced folders as well. */
const LOOK_EVERY_MS = 2_000;

/** The manifests of a folder, read anew when its files change. */
export interface ManifestFolder {
  readonly current: ManifestSet;
  /** @throws ManifestError when a file is wrong: at the start there is no former one to go on with */
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface ReadFile {
  /** Changes when the file does. */
  readonly stamp: string;
  readonly manifest: Manifest;
}

/** @param prepare is awaited before operations are served */
export function createManifestFolder(options: {
  directory: string;
  prepare: (set: ManifestSet) => Promise<void>;
  /** Whatever replaces what is served does so one after the other. */
  inTurn: LimitFunction;
  log: Logger;
  lookEveryMs?: number;
}): ManifestFolder {
  const { directory, prepare, inTurn, log, lookEveryMs = LOOK_EVERY_MS } = options;
  let current = manifestSet([]);
  let files = new Map<string, ReadFile>();
  /** Files that were found wrong, so that each is logged once. */
  const wrong = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;

  async function stampsNow(): Promise<ReadonlyMap<string, string>> {
    const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    const stamps = new Map<string, string>();
    for (const name of names.filter((name) => name.endsWith('.json')).toSorted()) {
      const { mtimeMs, size, ino } = await stat(join(directory, name));
      stamps.set(name, `${mtimeMs}:${size}:${ino}`);
    }
    return stamps;
  }

  async function readOne(name: string, stamp: string): Promise<ReadFile> {
    const manifest = readManifest(name, await readFile(join(directory, name), 'utf8'));
    return { stamp, manifest };
  }

  async function take(next: Map<string, ReadFile>): Promise<void> {
    const set = manifestSet([...next.values()].map(({ manifest }) => manifest));
    await prepare(set);
    files = next;
    current = set;
    log.info({ manifests: [...next.keys()], operations: set.operations.length }, 'Operations read');
  }

  async function look(): Promise<void> {
    const stamps = await stampsNow();
    const next = new Map<string, ReadFile>();
    let changed = files.size !== stamps.size;
    for (const [name, stamp] of stamps) {
      const known = files.get(name);
      if (known?.stamp === stamp) {
        next.set(name, known);
        continue;
      }
      if (known) next.set(name, known);
      if (wrong.get(name) === stamp) continue;
      try {
        next.set(name, await readOne(name, stamp));
        wrong.delete(name);
        changed = true;
      } catch (error) {
        wrong.set(name, stamp);
        log.error({ err: error, manifest: name }, 'A manifest is wrong; the former one is kept');
      }
    }
    if (changed && !sameFiles(files, next)) await inTurn(take, next);
  }

  return {
    get current() {
      return current;
    },
    async start() {
      const read = new Map<string, ReadFile>();
      for (const [name, stamp] of await stampsNow()) read.set(name, await readOne(name, stamp));
      await inTurn(take, read);
      timer = setInterval(() => {
        looking ??= look()
          .catch((error: unknown) => log.warn({ err: error }, 'Manifests could not be looked at'))
          .finally(() => (looking = null));
      }, lookEveryMs).unref();
    },
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

function sameFiles(
  before: ReadonlyMap<string, ReadFile>,
  after: ReadonlyMap<string, ReadFile>,
): boolean {
  return before.size === after.size && [...after].every(([name, f]) => before.get(name) === f);
}
