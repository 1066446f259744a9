import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../address.js';
import { homeAt } from '../home.js';
import { startPlatform } from '../platform.js';
import { createStepPrinter } from '../progress.js';
import { readDemoAccounts, type DemoAccount } from '../sample/demo-accounts.js';
import { seedSample } from '../sample/seed-sample.js';

const HOST = '127.0.0.1';

export interface DemoPlatform {
  url: string;
  accounts: readonly DemoAccount[];
  mailFolder: string;
  /** Ends what was started for the demo, and leaves nothing of it behind. */
  stop(): Promise<void>;
}

/** The platform that runs already; null when nothing answers there. */
export async function runningPlatform(
  url: string,
  directory: string,
  mailFolder: string | undefined,
): Promise<DemoPlatform | null> {
  const ready = await fetch(`${url}/health/ready`).catch(() => null);
  if (!ready?.ok) return null;
  const home = homeAt(directory);
  const accounts = await readDemoAccounts(home);
  if (accounts.length === 0) {
    throw new Error(
      `${url} runs, but there are no demo accounts in ${home.directory}. Name its folder: --home <LYCEUM_HOME>`,
    );
  }
  return {
    url,
    accounts,
    mailFolder: mailFolder ?? home.path('outbox-mail'),
    stop: async () => undefined,
  };
}

/** A platform of its own, on a free port and in a temporary folder. */
export async function startOwnPlatform(): Promise<DemoPlatform> {
  const directory = await mkdtemp(join(tmpdir(), 'lyceum-demo-'));
  // As any home: PostgreSQL may run as another user, who must get to its own folder inside.
  await chmod(directory, 0o755);
  const removeFolder = () => rm(directory, { recursive: true, force: true });
  const steps = createStepPrinter((text) => process.stdout.write(text));
  try {
    const settings = { HOST, PORT: String(await freePort(HOST)), LYCEUM_HOME: directory };
    const platform = await startPlatform({
      settings: { ...settings, LOG_LEVEL: 'error' },
      onProgress: steps.step,
    });
    const stop = async () => {
      await platform.stop();
      await removeFolder();
    };
    try {
      await seedSample(platform.url, platform.home, steps.step);
      const accounts = await readDemoAccounts(platform.home);
      steps.done();
      const { url, home } = platform;
      return { url, accounts, mailFolder: home.path('outbox-mail'), stop };
    } catch (error) {
      await stop();
      throw error;
    }
  } catch (error) {
    steps.done();
    await removeFolder();
    throw error;
  }
}
