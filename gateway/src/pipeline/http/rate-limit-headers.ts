import type { Standing } from '../../limits/limiter.js';

/** What remains of the caller's points, as in draft 6 of the IETF's RateLimit headers. */
export const RATE_LIMIT_HEADERS = [
  'ratelimit-policy',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
] as const;

export function rateLimitHeaders(standing: Standing): Record<string, string> {
  const { limit, remaining, resetSeconds, windowSeconds } = standing;
  return {
    'ratelimit-policy': `${limit};w=${windowSeconds}`,
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
  };
}
