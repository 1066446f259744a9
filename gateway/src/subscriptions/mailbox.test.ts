import { describe, expect, it, jest } from '@jest/globals';
import { Mailbox } from './mailbox.js';

describe('Mailbox', () => {
  it('ends at once while a reader waits', async () => {
    const onEnd = jest.fn();
    const mailbox = new Mailbox<number>(onEnd, () => undefined);
    const next = mailbox.next();
    await mailbox.return();
    expect(await next).toEqual({ value: undefined, done: true });
    expect(onEnd).toHaveBeenCalledTimes(1);
    mailbox.end();
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  it('hands out what waits, in order, before it ends', async () => {
    const mailbox = new Mailbox<number>(
      () => undefined,
      () => undefined,
    );
    mailbox.push(1);
    mailbox.push(2);
    mailbox.end();
    mailbox.push(3);
    const seen: number[] = [];
    for await (const message of mailbox) seen.push(message);
    expect(seen).toEqual([1, 2]);
  });

  it('gives up on a reader that does not read', () => {
    const [onEnd, onOverflow] = [jest.fn(), jest.fn()];
    const mailbox = new Mailbox<number>(onEnd, onOverflow);
    for (let i = 0; i <= 5000; i += 1) mailbox.push(i);
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(onOverflow).toHaveBeenCalledTimes(1);
  });
});
