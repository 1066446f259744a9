import { expect, it } from '@jest/globals';
import { Stop, type StopSignal } from './stop-signal.js';

const made: [string, () => { signal: StopSignal; abort(reason?: unknown): void }][] = [
  [
    'of the platform',
    () => {
      const controller = new AbortController();
      return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
    },
  ],
  [
    'of our own',
    () => {
      const stop = new Stop();
      return { signal: stop, abort: (reason) => stop.abort(reason) };
    },
  ],
];

it.each(made)('a signal %s tells each listener once, with its reason', (_, make) => {
  const { signal, abort } = make();
  const heard: unknown[] = [];
  const listen = () => heard.push(signal.reason);
  const other = () => heard.push('another');
  for (const each of [listen, listen, other]) signal.addEventListener('abort', each);
  signal.removeEventListener('abort', other);
  expect(signal.aborted).toBe(false);
  abort('over');
  abort('again');
  expect([signal.aborted, signal.reason, heard]).toEqual([true, 'over', ['over']]);
});
