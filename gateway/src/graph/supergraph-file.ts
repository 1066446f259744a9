import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Logger } from '@lyceum/platform/telemetry/logger';

const LOOK_EVERY_MS = 2_000;

/**
 * Serves what is in the file whenever it has changed. Looked at by its time and size: mounted
 * configuration is replaced by links, which watchers of the file system do not notice. What cannot
 * be served is logged, and the former goes on.
 * @returns what ends it
 */
export function followSupergraphFile(
  path: string,
  options: { reload: (sdl: string) => Promise<void>; log: Logger; everyMs?: number },
): () => void {
  const { reload, log, everyMs = LOOK_EVERY_MS } = options;

  async function take(): Promise<void> {
    try {
      await reload(await readFile(path, 'utf8'));
    } catch (error) {
      log.error({ err: error, path }, 'The changed supergraph cannot be served; the former stays');
    }
  }

  const look = (): void => void take();
  watchFile(path, { interval: everyMs, persistent: false }, look);
  return () => unwatchFile(path, look);
}
