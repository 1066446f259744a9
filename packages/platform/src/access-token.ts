import { jwtVerify, SignJWT, type CryptoKey, type JWTVerifyGetKey } from 'jose';
import { signedInSchema } from './viewer-token.js';
import type { SignedIn } from './viewer.js';

/** The issuer and audience of access tokens (RFC 9068). */
export const ACCESS_TOKEN = {
  issuer: 'https://lyceum.local/auth',
  audience: 'lyceum',
  algorithm: 'ES256',
  lifetimeSeconds: 600,
} as const;

/** Signs the short-lived token that a person's client shows with each request. */
export async function signAccessToken(
  person: SignedIn,
  key: { id: string; privateKey: CryptoKey },
  tokenId: string,
  now: Date,
): Promise<{ token: string; expiresAt: Date }> {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const expires = issuedAt + ACCESS_TOKEN.lifetimeSeconds;
  const token = await new SignJWT({
    client_id: 'lyceum',
    sid: person.sessionId,
    org: person.organizationId,
    roles: person.roles,
  })
    .setProtectedHeader({ alg: ACCESS_TOKEN.algorithm, typ: 'at+jwt', kid: key.id })
    .setIssuer(ACCESS_TOKEN.issuer)
    .setAudience(ACCESS_TOKEN.audience)
    .setSubject(person.userId)
    .setJti(tokenId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
    .sign(key.privateKey);
  return { token, expiresAt: new Date(expires * 1000) };
}

/**
 * @throws jose's JOSEError when the signature, the type, the issuer, the audience or the time does
 * not hold; ZodError when the claims have another shape
 */
export async function verifyAccessToken(
  token: string,
  keys: JWTVerifyGetKey,
): Promise<{ viewer: SignedIn; expiresAt: Date }> {
  const { payload } = await jwtVerify(token, keys, {
    algorithms: [ACCESS_TOKEN.algorithm],
    typ: 'at+jwt',
    issuer: ACCESS_TOKEN.issuer,
    audience: ACCESS_TOKEN.audience,
    requiredClaims: ['exp', 'sub', 'sid', 'org'],
  });
  const viewer = signedInSchema.parse({
    kind: 'person',
    userId: payload.sub,
    sessionId: payload['sid'],
    organizationId: payload['org'],
    roles: payload['roles'],
  });
  return { viewer, expiresAt: new Date((payload.exp ?? 0) * 1000) };
}
