import { describe, expect, it } from '@jest/globals';
import { GRACE_MS, judgeRefresh } from './session.rules.js';

const NOW = new Date('2026-01-05T09:00:00.000Z');
const at = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);
const running = { expiresAt: at(1000), endedAt: null };
const fresh = { expiresAt: at(1000), spentAt: null, successorSpent: false };

describe('a refresh token', () => {
  it('is exchanged while it is fresh', () => {
    expect(judgeRefresh(fresh, running, NOW)).toBe('ROTATE');
  });

  it('is refused once it, or its session, is over', () => {
    expect(judgeRefresh({ ...fresh, expiresAt: NOW }, running, NOW)).toBe('REFUSED');
    expect(judgeRefresh(fresh, { ...running, expiresAt: NOW }, NOW)).toBe('REFUSED');
    expect(judgeRefresh(fresh, { ...running, endedAt: at(-1) }, NOW)).toBe('REFUSED');
  });

  it('answers again for a moment after it was spent', () => {
    const spent = (agoMs: number) => ({ ...fresh, spentAt: at(-agoMs) });
    expect(judgeRefresh(spent(0), running, NOW)).toBe('REPEAT');
    expect(judgeRefresh(spent(GRACE_MS), running, NOW)).toBe('REPEAT');
    expect(judgeRefresh(spent(GRACE_MS + 1), running, NOW)).toBe('REUSED');
  });

  it('counts as reused as soon as its successor has been used', () => {
    const spent = { ...fresh, spentAt: NOW, successorSpent: true };
    expect(judgeRefresh(spent, running, NOW)).toBe('REUSED');
  });

  it('of a session that is over is refused, not reused: there is nothing to end', () => {
    const spent = { ...fresh, spentAt: at(-GRACE_MS - 1) };
    expect(judgeRefresh(spent, { ...running, endedAt: NOW }, NOW)).toBe('REFUSED');
  });
});
