import { SettingsError } from '@lyceum/platform/settings';
import { startGateway } from './app.js';
import { readGatewayEnv } from './env.js';

try {
  const gateway = await startGateway(readGatewayEnv());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void gateway.stop().then(() => process.exit(0)));
  }
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
