/**
 * How long others may keep the answer to a query that was asked for by id and GET. What a person
 * sees is theirs alone; what anybody sees may be kept for a moment, unless a part of it failed.
 */
export function cacheControlOf(answer: {
  anonymous: boolean;
  failed: boolean;
  maxAgeSeconds: number;
}): string {
  const { anonymous, failed, maxAgeSeconds } = answer;
  const shared = anonymous && !failed && maxAgeSeconds > 0;
  return shared ? `public, max-age=${maxAgeSeconds}` : 'private, no-store';
}

/** Whether others may be given it. */
export function isShared(cacheControl: string): boolean {
  return cacheControl.startsWith('public');
}
