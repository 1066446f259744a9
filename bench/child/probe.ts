/**
 * Loaded into a process under measurement before its own program (`node --import`): tells what the
 * process has used, and profiles it on request. It runs only while it is asked.
 */
import { Session } from 'node:inspector/promises';
import { answers } from './answers.js';

export interface Usage {
  /** Milliseconds, of all its threads, since the process was started. */
  cpuMs: number;
  rssBytes: number;
}

let session: Session | null = null;

answers({
  usage: (): Usage => {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() };
  },
  collectGarbage: () => globalThis.gc?.(),
  startProfile: async () => {
    session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
  },
  stopProfile: async () => {
    const { profile } = await session!.post('Profiler.stop');
    session!.disconnect();
    session = null;
    return profile;
  },
});
