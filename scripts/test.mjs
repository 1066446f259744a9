/**
 * `npm test`: everything that must hold before a change is taken, as tasks run by turbo; then the sum over
 * all Jest runs. Results are left in .test-results/, one file for each run.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, runMain, setup } from './setup.mjs';
import { readResults } from './test-results.mjs';

const TASKS = [
  'types',
  'lint',
  'format:check',
  'imports',
  'check:generated',
  'test:unit',
  'test:journeys',
];

await runMain(async () => {
  await setup();
  rmSync(join(root, '.test-results'), { recursive: true, force: true });
  const flags = ['--continue', '--log-order=stream', '--env-mode=loose'];
  const turbo = spawn(
    process.execPath,
    [join(root, 'node_modules/turbo/bin/turbo'), 'run', ...TASKS, ...flags],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    },
  );
  const code = await new Promise((resolve) => turbo.once('exit', (status) => resolve(status ?? 1)));
  const { passed, failed, runs } = readResults();
  console.log(`\nTests: ${passed} passed, ${failed} failed, in ${runs} runs.`);
  process.exitCode = code === 0 && failed === 0 ? 0 : 1;
});
