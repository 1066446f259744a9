import { describe, expect, it } from '@jest/globals';
import { Passwords } from './passwords.js';

const settings = { memoryKib: 19_456, iterations: 2, concurrency: 2 };
const PASSWORD = 'seven quiet harbours at dawn';

describe('password hashes', () => {
  it('are argon2id, salted, and match their password only', async () => {
    const passwords = new Passwords(settings);
    const [one, two] = await Promise.all([passwords.hash(PASSWORD), passwords.hash(PASSWORD)]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(two);
    expect(await passwords.matches(one, PASSWORD)).toBe(true);
    expect(await passwords.matches(one, `${PASSWORD}s`)).toBe(false);
  });

  it('tell whether they were made with other parameters', async () => {
    const hash = await new Passwords(settings).hash(PASSWORD);
    expect(new Passwords(settings).isOutdated(hash)).toBe(false);
    expect(new Passwords({ ...settings, iterations: 3 }).isOutdated(hash)).toBe(true);
  });

  it('take as long to check for an account that does not exist', async () => {
    const passwords = new Passwords(settings);
    const hash = await passwords.hash(PASSWORD);
    await passwords.prepare();
    const wrong: number[] = [];
    const unknown: number[] = [];
    // In turn, so that whatever else the machine does falls on both.
    for (let i = 0; i < 9; i += 1) {
      wrong.push(await timed(() => passwords.matches(hash, 'not the password')));
      unknown.push(await timed(() => passwords.matches(null, 'not the password')));
    }
    const ratio = median(unknown) / median(wrong);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('never match for an account that does not exist, whatever is tried', async () => {
    const passwords = new Passwords({ ...settings, memoryKib: 1024 });
    expect(await passwords.matches(null, 'nobody signs in with this one')).toBe(false);
  });

  it('are made a few at a time, and refused when hundreds wait', async () => {
    const passwords = new Passwords({ memoryKib: 1024, iterations: 1, concurrency: 1 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 600 }, () => passwords.hash(PASSWORD)),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(99);
    expect(refused[0]?.reason).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
    // And afterwards all is as before.
    expect(await passwords.hash(PASSWORD)).toContain('$argon2id$');
  });
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
