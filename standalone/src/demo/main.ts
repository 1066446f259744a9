/**
 * `npm run demo`: the main job of the platform as a story in the terminal, told against a running
 * platform or one of its own. Exit code 0 when all of it came true, 1 when not.
 */
import { parseArgs } from 'node:util';
import { tellStory } from './demo.js';
import { runningPlatform, startOwnPlatform, type DemoPlatform } from './demo-platform.js';
import { Screen } from './screen.js';

const USAGE = `Usage: npm run demo -- [options]

  --url <address>   a running platform (default: http://127.0.0.1:4000; where nothing answers
                    there, one is started for the demo and removed afterwards)
  --home <folder>   its LYCEUM_HOME, which holds the demo accounts (default: .lyceum)
  --mail <folder>   where its mails are put (default: outbox-mail in that folder)
  --course <path>   an Open edX course, a folder or .tar.gz`;

async function findPlatform(options: {
  url: string | undefined;
  home: string;
  mail: string | undefined;
}): Promise<DemoPlatform> {
  const { url, home, mail } = options;
  const address = url ?? `http://127.0.0.1:${process.env['PORT'] || 4000}`;
  const running = await runningPlatform(address.replace(/\/+$/, ''), home, mail);
  if (running) {
    console.log(`The platform at ${running.url} is running.`);
    return running;
  }
  if (url) throw new Error(`${url} does not answer, or is not ready.`);
  console.log('No platform is running; starting one for the demo.');
  return startOwnPlatform();
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      home: { type: 'string', default: process.env['LYCEUM_HOME'] || '.lyceum' },
      mail: { type: 'string' },
      course: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const { url, home, mail, course } = values;
  const platform = await findPlatform({ url, home, mail });
  const stopAtSignal = () => void platform.stop().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopAtSignal);
  try {
    const screen = new Screen((line) => console.log(line), process.stdout.isTTY);
    await tellStory(screen, platform, course);
    screen.end('All of it came true in');
  } finally {
    await platform.stop();
  }
}

try {
  await main();
} catch (error) {
  console.error(`\n✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
process.exit();
