import { createServer } from 'node:net';
import { DirectoryInUse } from '@lyceum/embedded-postgres/directory-lock';
import { explorerDirectory } from '@lyceum/gateway/explorer/explorer-directory';
import { readGatewayEnv } from '@lyceum/gateway/env';
import { parseSettings, SettingsError } from '@lyceum/platform/settings';
import { createLogger } from '@lyceum/platform/telemetry/logger';
import { isLoopback } from './address.js';
import { standaloneEnv, type StandaloneEnv } from './env.js';
import { startPlatform, type Platform } from './platform.js';
import { createStepPrinter } from './progress.js';
import { readDemoAccounts } from './sample/demo-accounts.js';
import { exampleOperations } from './sample/examples.js';
import { seedSample } from './sample/seed-sample.js';

/** Less than the 30 s after which a program that was told to end is killed. */
const STOP_WITHIN_MS = 29_000;

/** Faults that a person can mend; one line says it all. */
class StartError extends Error {}

/** The program behind `npm start`. */
export async function runStandalone(
  settings: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const begun = Date.now();
  const steps = createStepPrinter((text) => process.stdout.write(text));
  let platform: Platform | null = null;
  let stopping = false;

  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // PostgreSQL is taken along then as well.
    setTimeout(() => process.exit(code), STOP_WITHIN_MS).unref();
    steps.done();
    if (platform) process.stdout.write('\nStopping …\n');
    await platform?.stop();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(0));

  try {
    const env = parseSettings(standaloneEnv, settings, 'lyceum');
    const log = createLogger({ service: 'standalone', level: env.LOG_LEVEL });
    process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
    process.on('uncaughtException', (error) => {
      log.fatal({ err: error }, 'uncaught exception');
      void stop(1);
    });
    await refuseTakenPort(env);
    process.stdout.write('Lyceum\n');
    const development = env.NODE_ENV !== 'production';
    const sample = development && env.SAMPLE === 'on';
    // The page signs in by one click; whoever reaches it from elsewhere is not to be an administrator.
    const accounts = sample && isLoopback(env.HOST);
    const explorer = readGatewayEnv(settings).explorer ? explorerDirectory() : null;
    platform = await startPlatform({
      settings,
      log,
      onProgress: steps.step,
      onFailure(message) {
        process.stderr.write(`\n${message}\n`);
        void stop(1);
      },
      explorer: explorer
        ? {
            directory: explorer,
            accounts: async () => (platform && accounts ? readDemoAccounts(platform.home) : []),
            examples: async () => (platform && sample ? exampleOperations(platform.home) : []),
          }
        : undefined,
    });
    if (sample) await seedSample(platform.localUrl, platform.home, steps.step);
    steps.done();
    process.stdout.write(
      await welcome(platform, {
        sample,
        explorer: explorer !== null,
        elapsedMs: Date.now() - begun,
      }),
    );
  } catch (error) {
    steps.done();
    if (!(error instanceof Error)) throw error;
    const known = [StartError, SettingsError, DirectoryInUse].some((kind) => error instanceof kind);
    process.stderr.write(`${known ? error.message : (error.stack ?? error.message)}\n`);
    await stop(1);
  }
}

/** Said before anything is started, so that a taken port costs no minute of waiting. */
async function refuseTakenPort(env: StandaloneEnv): Promise<void> {
  if (env.PORT === 0) return;
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? `Port ${env.PORT} is taken. Stop what listens there, or choose another: PORT=4001 npm start`
          : `Cannot listen on ${env.HOST}:${env.PORT}: ${error.message}`;
      reject(new StartError(reason));
    });
    server.listen(env.PORT, env.HOST, () => server.close(() => resolve()));
  });
}

async function welcome(
  { url, home }: Platform,
  { sample, explorer, elapsedMs }: { sample: boolean; explorer: boolean; elapsedMs: number },
): Promise<string> {
  const lines = [
    '',
    `Ready in ${(elapsedMs / 1000).toFixed(1)} s.`,
    '',
    ...(explorer ? [`  Explorer        ${url}/`] : []),
    `  GraphQL         ${url}/graphql   (at the same path WebSocket, and Server-Sent Events)`,
    `  Health          ${url}/health/ready`,
    `  Metrics         ${url}/metrics`,
    `  Public keys     ${url}/.well-known/jwks.json`,
    '',
  ];
  if (sample) {
    const accounts = await readDemoAccounts(home);
    lines.push(
      `Demo accounts (kept in ${home.path('demo-accounts.json')}):`,
      ...accounts.map(
        ({ role, email, password }) =>
          `  ${role.toLowerCase().replaceAll('_', ' ').padEnd(20)} ${email.padEnd(32)} ${password}`,
      ),
      '',
      'To try:',
      ...(explorer ? [`  Open ${url}/ and run the examples, the subscription among them.`] : []),
      '  npm run demo                       the whole story in the terminal',
      '  npm run import -- <folder|tar.gz>  an Open edX course becomes a draft',
      '',
    );
  }
  lines.push('Ctrl-C stops everything.', '');
  return lines.join('\n');
}
