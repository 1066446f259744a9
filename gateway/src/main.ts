import { SettingsError } from '@lyceum/platform/settings';
import { startGateway } from './app.js';
import { readGatewayEnv } from './env.js';

/** Less than the 30 s after which a program that was told to end is killed. */
const STOP_WITHIN_MS = 29_000;

try {
  const gateway = await startGateway(readGatewayEnv());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      setTimeout(() => process.exit(0), STOP_WITHIN_MS).unref();
      void gateway.stop().finally(() => process.exit(0));
    });
  }
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
