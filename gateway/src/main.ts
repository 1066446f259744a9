import { SettingsError } from '@lyceum/platform/settings';
import { startGateway } from './app.js';
import { readGatewayEnv } from './env.js';

/** Less than the 30 s after which a program that was told to end is killed. */
const STOP_WITHIN_MS = 29_000;

try {
  const gateway = await startGateway(readGatewayEnv());
  const stop = (code: number): void => {
    setTimeout(() => process.exit(code), STOP_WITHIN_MS).unref();
    void gateway.stop().finally(() => process.exit(code));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(0));
  // A promise that nobody awaited is a fault of one operation, and no reason to end all others.
  process.on('unhandledRejection', (error) => {
    gateway.log.error({ err: error }, 'unhandled rejection');
  });
  process.on('uncaughtException', (error) => {
    gateway.log.fatal({ err: error }, 'uncaught exception');
    stop(1);
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
