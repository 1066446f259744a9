/**
 * How long a spent refresh token still answers with the successor it was exchanged for: enough for a
 * double click, two tabs, or a retry after a lost answer.
 */
export const GRACE_MS = 10_000;

/**
 * What becomes of a refresh token that is shown:
 * - ROTATE: exchanged for a new one.
 * - REPEAT: just exchanged and the successor not used yet; the same successor is told again.
 * - REUSED: spent, so two hold it, and one of them is a thief. Which one cannot be known: the session ends.
 * - REFUSED: expired, or its session is over.
 */
export type RefreshVerdict = 'ROTATE' | 'REPEAT' | 'REUSED' | 'REFUSED';

export function judgeRefresh(
  token: { expiresAt: Date; spentAt: Date | null; successorSpent: boolean },
  session: { expiresAt: Date; endedAt: Date | null },
  now: Date,
): RefreshVerdict {
  if (session.endedAt || session.expiresAt <= now) return 'REFUSED';
  if (!token.spentAt) return token.expiresAt <= now ? 'REFUSED' : 'ROTATE';
  const young = now.getTime() - token.spentAt.getTime() <= GRACE_MS;
  return young && !token.successorSpent ? 'REPEAT' : 'REUSED';
}
