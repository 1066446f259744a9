import { unauthenticated } from '@lyceum/platform/errors';
import { ANONYMOUS, type Viewer } from '@lyceum/platform/viewer';
import type { AccessTokens } from '../viewer/access-tokens.js';

/** Who asks, and until when that may be believed. */
export interface Caller {
  readonly viewer: Viewer;
  readonly expiresAt: Date | null;
}

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i;

/**
 * Reads an Authorization header, or a connection's own parameter of the same form.
 * @throws UNAUTHENTICATED when there is one and it does not hold; none at all is an anonymous caller
 */
export async function callerOf(
  authorization: string | undefined,
  tokens: AccessTokens,
): Promise<Caller> {
  if (authorization === undefined || authorization.trim() === '') {
    return { viewer: ANONYMOUS, expiresAt: null };
  }
  const token = BEARER.exec(authorization)?.[1];
  if (!token) throw unauthenticated('Authorization is to be "Bearer <access token>".');
  return tokens.verify(token);
}
