import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setAside } from '@lyceum/platform/dead-letters';
import { projectPath } from '@lyceum/platform/project-path';
import {
  counted,
  openEventWorld,
  rawClient,
  type EventWorld,
} from '../packages/platform/test/event-world.js';

interface Run {
  code: number;
  output: string;
}

let world: EventWorld;
let home: string;
beforeEach(async () => {
  world = await openEventWorld();
  home = await mkdtemp(join(tmpdir(), 'lyceum-home-'));
});
afterEach(async () => {
  await world.close();
  await rm(home, { recursive: true, force: true });
});

async function run(script: string, args: string[], env: Record<string, string> = {}): Promise<Run> {
  const command = ['--import', 'tsx', projectPath('scripts', `${script}.ts`), ...args];
  // Not this run's own options, which are Jest's.
  const settings = { ...process.env, NODE_OPTIONS: '', LYCEUM_HOME: home, ...env };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      command,
      { env: settings, cwd: projectPath() },
      (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, output: out + err });
      },
    );
  });
}

describe('npm run dead-letters', () => {
  const states = async (): Promise<string[]> =>
    (await world.rows<{ state: string }>('SELECT state FROM dead_letter ORDER BY id')).map(
      (row) => row.state,
    );

  it('lists, shows, replays and discards, in the database given or the standalone one', async () => {
    const events = [counted('a', 1), counted('b', 2), counted('c', 3)];
    for (const event of events) {
      await setAside(rawClient(world.pool), event, new Error('it broke\nhere'), 8);
    }
    const given = { DATABASE_URL_COURSE: world.url };
    const listed = await run('dead-letters', ['list', 'course'], given);
    for (const { id } of events) expect(listed.output).toContain(id);
    expect(listed.output).toContain('after 8 tries: Error: it broke');

    await writeFile(join(home, 'databases.json'), JSON.stringify({ course: world.url }));
    const shown = await run('dead-letters', ['show', 'course', events[0]!.id]);
    expect(shown.output).toContain('"aggregateId": "a"');

    await run('dead-letters', ['discard', 'course', events[0]!.id]);
    expect(await states()).toEqual(['DISCARDED', 'FAILED', 'FAILED']);
    await run('dead-letters', ['replay', 'course', '--all']);
    expect(await states()).toEqual(['DISCARDED', 'REPLAY', 'REPLAY']);
    expect((await run('dead-letters', ['replay', 'course', events[0]!.id])).code).toBe(2);
  }, 60_000);

  it('says in one line what is wrong with a call', async () => {
    const url = world.url;
    for (const [args, env, message] of [
      [['list', 'nothing'], {}, 'Which service?'],
      [['erase', 'course'], {}, 'Usage:'],
      [['replay', 'course'], { DATABASE_URL_COURSE: url }, 'Usage:'],
      [['replay', 'course', 'x'], { DATABASE_URL_COURSE: url }, 'Not an id: x'],
      [['list', 'course'], {}, 'No database is known'],
      [
        ['list', 'course'],
        { DATABASE_URL_COURSE: 'postgres://127.0.0.1:1/x' },
        'cannot be reached',
      ],
    ] as [string[], Record<string, string>, string][]) {
      const { code, output } = await run('dead-letters', args, env);
      expect(output).toContain(message);
      expect([code, output.trim().split('\n').length]).toEqual([2, 1]);
    }
  }, 60_000);
});

describe('npm run republish', () => {
  it('has everything since a time published again', async () => {
    await world.write([counted('a', 1, { time: '2026-01-01T00:00:00.000Z' }), counted('a', 2)]);
    await world.pool.query('UPDATE outbox SET published_at = now()');
    const given = { DATABASE_URL_COURSE: world.url };
    const { code, output } = await run('republish', ['course', '2026-02-01'], given);
    expect([code, output]).toEqual([
      0,
      'course: 1 events are published again by the running service.\n',
    ]);
    expect(await world.rows('SELECT data FROM outbox WHERE published_at IS NULL')).toEqual([
      { data: { n: 2 } },
    ]);
    expect((await run('republish', ['course', 'yesterday'], given)).output).toContain(
      'Since when?',
    );
  }, 60_000);
});
