import { parseSettings, SettingsError } from '@lyceum/platform/settings';
import { standaloneEnv } from '../env.js';
import { createStepPrinter } from '../progress.js';
import { startDistributed, type DistributedPlatform } from './topology.js';

const steps = createStepPrinter((text) => process.stdout.write(text));
let platform: DistributedPlatform | null = null;
let stopping = false;

async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  steps.done();
  process.stdout.write('\nStopping …\n');
  await platform?.stop();
  process.exit(code);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));

try {
  const env = parseSettings(standaloneEnv, process.env, 'lyceum');
  platform = await startDistributed({ env, settings: process.env, onProgress: steps.step });
  steps.done();
  const lines = [...platform.programs.values()].map(
    ({ name, url, pid }) => `  ${name.padEnd(14)} ${url.padEnd(28)} process ${pid}`,
  );
  process.stdout.write(
    `\n${lines.join('\n')}\n\nLogs in ${platform.home.path('logs')}. Ctrl-C stops everything.\n`,
  );
} catch (error) {
  if (!(error instanceof Error)) throw error;
  process.stderr.write(
    `${error instanceof SettingsError ? error.message : (error.stack ?? error.message)}\n`,
  );
  await stop(1);
}
