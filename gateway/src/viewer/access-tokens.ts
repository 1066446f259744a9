import { verifyAccessToken } from '@lyceum/platform/access-token';
import { LyceumError, unauthenticated } from '@lyceum/platform/errors';
import type { SubgraphConnection } from '@lyceum/platform/subgraph';
import type { SignedIn } from '@lyceum/platform/viewer';
import { createRemoteJWKSet, customFetch, errors } from 'jose';
import { LRUCache } from 'lru-cache';
import { ZodError } from 'zod';
import type { Revocations } from './revocations.js';

const JWKS_PATH = '/.well-known/jwks.json';
/** Between two fetches of the keys when tokens name an unknown one: forgers must not set the pace. */
const KEYS_COOLDOWN_MS = 10_000;
const KEYS_MAX_AGE_MS = 10 * 60_000;
const REMEMBERED_TOKENS = 20_000;

/** Who a valid access token speaks for, and until when. */
export interface VerifiedToken {
  readonly viewer: SignedIn;
  readonly expiresAt: Date;
}

export interface AccessTokens {
  /** @throws UNAUTHENTICATED; its `extensions.reason` is EXPIRED, REVOKED, ROLE_REVOKED or INVALID */
  verify(token: string): Promise<VerifiedToken>;
}

/** Verifies access tokens by auth's published keys, fetched through its connection. */
export function createAccessTokens(options: {
  auth: Pick<SubgraphConnection, 'route'> | undefined;
  revocations: Pick<Revocations, 'reason'>;
  now?: () => number;
}): AccessTokens {
  const { auth, revocations, now = Date.now } = options;
  const keys = createRemoteJWKSet(new URL(JWKS_PATH, 'http://auth'), {
    cooldownDuration: KEYS_COOLDOWN_MS,
    cacheMaxAge: KEYS_MAX_AGE_MS,
    [customFetch]: async (url, init) => {
      if (!auth) throw new Error('There is no auth service.');
      return auth.route(new Request(url, { headers: init.headers }));
    },
  });
  // A signature is verified once for each token, not once for each request.
  const verified = new LRUCache<string, VerifiedToken>({ max: REMEMBERED_TOKENS });

  async function verifySignature(token: string): Promise<VerifiedToken> {
    const known = verified.get(token);
    if (known) {
      if (known.expiresAt.getTime() > now()) return known;
      verified.delete(token);
      throw tokenRefusal('EXPIRED');
    }
    try {
      const result = await verifyAccessToken(token, keys);
      verified.set(token, result);
      return result;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw tokenRefusal('EXPIRED');
      if (error instanceof ZodError || isFaultOfToken(error)) throw tokenRefusal('INVALID');
      // Not the token's fault: auth did not hand out its keys.
      throw new LyceumError('SERVICE_UNAVAILABLE', 'Signing in cannot be checked at the moment.');
    }
  }

  return {
    async verify(token) {
      const result = await verifySignature(token);
      const revoked = revocations.reason(result.viewer);
      if (revoked) throw tokenRefusal(revoked === 'ROLE_REVOKED' ? 'ROLE_REVOKED' : 'REVOKED');
      return result;
    },
  };
}

const REFUSALS = {
  EXPIRED: 'The access token has expired.',
  REVOKED: 'The session has ended.',
  ROLE_REVOKED: 'A role of the access token was taken away: fetch a fresh token.',
  INVALID: 'The access token is not valid.',
} as const;

/** What is said of a token that may not be believed (any more). */
export function tokenRefusal(reason: keyof typeof REFUSALS): LyceumError {
  const { code, message } = unauthenticated(REFUSALS[reason]);
  return new LyceumError(code, message, { reason });
}

function isFaultOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  );
}
