import { describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { pino } from 'pino';
import { createJobRunner } from './jobs.js';
import type { Job } from './service.js';
import { silentLogger } from './telemetry/logger.js';

const NEVER_AGAIN = 3_600_000;

/** A job that runs until it is let go. */
function heldJob(everyMs = NEVER_AGAIN) {
  const state = { started: 0, running: 0, most: 0, aborted: 0, release: () => {} };
  const job: Job = {
    name: 'held',
    everyMs,
    async run(signal) {
      state.started += 1;
      state.running += 1;
      state.most = Math.max(state.most, state.running);
      await new Promise<void>((resolve) => {
        state.release = resolve;
        signal.addEventListener('abort', () => {
          state.aborted += 1;
          resolve();
        });
      });
      state.running -= 1;
    },
  };
  return { job, state };
}

describe('a job', () => {
  it('never runs twice at a time; being wanted meanwhile, it runs once more right after', async () => {
    const { job, state } = heldJob();
    const runner = createJobRunner([job], silentLogger);
    runner.start();
    await eventually(() => state.started === 1);
    for (let i = 0; i < 5; i += 1) runner.runSoon('held');
    state.release();
    await eventually(() => state.started === 2);
    state.release();
    await eventually(() => state.running === 0);
    runner.runSoon('held');
    await eventually(() => state.started === 3);
    await runner.stop();
    expect(state).toMatchObject({ started: 3, most: 1, running: 0 });
  });

  it('is told to end when the runner stops, which waits for it', async () => {
    const { job, state } = heldJob(1);
    const runner = createJobRunner([job], silentLogger);
    runner.start();
    await eventually(() => state.started === 1);
    runner.runSoon('held');
    await runner.stop();
    expect(state).toMatchObject({ started: 1, running: 0, aborted: 1 });
    runner.runSoon('held');
    runner.start();
    await eventually(() => state.started === 2);
    await runner.stop();
    expect(state.aborted).toBe(2);
  });

  it('that fails is logged and runs again at its time, however it fails', async () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line) => void lines.push(line) });
    let runs = 0;
    const failing: Job = {
      name: 'failing',
      everyMs: 1,
      run() {
        runs += 1;
        if (runs === 1) throw new Error('before its first await');
        return Promise.reject(new Error('after it'));
      },
    };
    const runner = createJobRunner([failing], log);
    runner.start();
    await eventually(() => runs >= 3);
    await runner.stop();
    expect(lines[0]).toContain('before its first await');
    expect(lines[1]).toContain('after it');
    expect(lines[0]).toContain('"job":"failing"');
  });

  it('that does not exist cannot be wanted', () => {
    expect(() => createJobRunner([], silentLogger).runSoon('nothing')).toThrow('No job nothing');
  });
});
