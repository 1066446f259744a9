import { beforeAll, describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { ACCESS_TOKEN, signAccessToken, verifyAccessToken } from './access-token.js';
import { newId } from './ids.js';
import { ANONYMOUS, type SignedIn } from './viewer.js';
import { signViewer, verifyViewer } from './viewer-token.js';

const organizationId = newId();
const viewer: SignedIn = {
  kind: 'person',
  userId: newId(),
  sessionId: newId(),
  organizationId,
  roles: [{ role: 'LEARNER', scope: 'ORGANIZATION', scopeId: organizationId }],
};
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The token with another payload, under the old signature. */
function forged(token: string, change: (payload: Record<string, unknown>) => unknown): string {
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as never;
  return `${header}.${base64(change(claims))}.${signature}`;
}

describe('a viewer token', () => {
  const secret = 'of the course service, 32 and more';
  const key = new TextEncoder().encode(secret);
  const refused = { code: 'UNAUTHENTICATED' };

  /** As the gateway makes it, but for what is given. */
  function made(given: {
    audience?: string;
    issuer?: string;
    typ?: string;
    expires?: number | null;
    viewer?: unknown;
    key?: Uint8Array;
  }): Promise<string> {
    const token = new SignJWT({ viewer: given.viewer ?? viewer })
      .setProtectedHeader({ alg: 'HS256', typ: given.typ ?? 'viewer+jwt' })
      .setIssuer(given.issuer ?? 'lyceum-gateway')
      .setAudience(given.audience ?? 'lyceum:course')
      .setIssuedAt();
    const now = Math.floor(Date.now() / 1000);
    if (given.expires !== null) token.setExpirationTime(now + (given.expires ?? 60));
    return token.sign(given.key ?? key);
  }

  it('says who the viewer is, to the one subgraph it is for', async () => {
    expect(
      await verifyViewer(await signViewer(viewer, 'course', secret), 'course', secret),
    ).toEqual(viewer);
    const nobody = await signViewer(ANONYMOUS, 'course', secret);
    expect(await verifyViewer(nobody, 'course', secret)).toEqual(ANONYMOUS);
    expect(await verifyViewer(await made({}), 'course', secret)).toEqual(viewer);
  });

  it('is refused when it is missing, forged, expired, or made for something else', async () => {
    const good = await made({});
    const bad: Record<string, string | undefined> = {
      missing: undefined,
      empty: '',
      garbage: 'not.a.token',
      changed: forged(good, (claims) => ({ ...claims, viewer: { ...viewer, userId: newId() } })),
      unsigned: `${base64({ alg: 'none', typ: 'viewer+jwt' })}.${good.split('.')[1]}.`,
      expired: await made({ expires: -1 }),
      'of another subgraph': await signViewer(viewer, 'auth', secret),
      'of another issuer': await made({ issuer: 'someone' }),
      'of another type': await made({ typ: 'at+jwt' }),
      'under another secret': await made({ key: new TextEncoder().encode(`${secret}!`) }),
      'without a viewer': await made({ viewer: { kind: 'system', organizationId } }),
      'of a role that does not exist': await made({
        viewer: { ...viewer, roles: [{ role: 'GOD', scope: 'PLATFORM', scopeId: null }] },
      }),
      'that never expires': await made({ expires: null }),
    };
    for (const [what, token] of Object.entries(bad)) {
      const outcome = await verifyViewer(token, 'course', secret).then(
        () => 'accepted',
        (error: { code: string }) => ({ code: error.code }),
      );
      expect([what, outcome]).toEqual([what, refused]);
    }
  });
});

describe('an access token', () => {
  let privateKey: CryptoKey;
  let otherKey: CryptoKey;
  let keys: ReturnType<typeof createLocalJWKSet>;
  const now = () => new Date();
  const sign = (key: CryptoKey, at = now()) =>
    signAccessToken(viewer, { id: 'k1', privateKey: key }, newId(), at);

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    privateKey = pair.privateKey;
    otherKey = (await generateKeyPair('ES256')).privateKey;
    keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1' }] });
  });

  it('says who signed in and until when', async () => {
    const at = now();
    const { token, expiresAt } = await sign(privateKey, at);
    const verified = await verifyAccessToken(token, keys);
    expect(verified).toEqual({ viewer, expiresAt });
    const seconds = Math.floor(at.getTime() / 1000) + ACCESS_TOKEN.lifetimeSeconds;
    expect(expiresAt).toEqual(new Date(seconds * 1000));
  });

  it('is refused when it is forged, expired, or of another kind', async () => {
    const { token } = await sign(privateKey);
    const lifetime = ACCESS_TOKEN.lifetimeSeconds * 1000;
    /** A well-signed token that differs in what is given. */
    const made = (given: { typ?: string; audience?: string; issuer?: string; claims?: object }) =>
      new SignJWT({ sid: viewer.sessionId, org: organizationId, roles: [], ...given.claims })
        .setProtectedHeader({ alg: 'ES256', typ: given.typ ?? 'at+jwt', kid: 'k1' })
        .setIssuer(given.issuer ?? ACCESS_TOKEN.issuer)
        .setAudience(given.audience ?? ACCESS_TOKEN.audience)
        .setSubject(viewer.userId)
        .setExpirationTime('1m')
        .sign(privateKey);
    await expect(verifyAccessToken(await made({}), keys)).resolves.toBeDefined();
    const bad: Record<string, string> = {
      changed: forged(token, (claims) => ({ ...claims, org: newId() })),
      unsigned: `${base64({ alg: 'none', typ: 'at+jwt', kid: 'k1' })}.${token.split('.')[1]}.`,
      'signed by someone else': (await sign(otherKey)).token,
      expired: (await sign(privateKey, new Date(Date.now() - lifetime - 1000))).token,
      'an id token': await made({ typ: 'JWT' }),
      'of another audience': await made({ audience: 'shop' }),
      'of another issuer': await made({ issuer: 'https://elsewhere' }),
      'without an organization': await made({ claims: { org: undefined } }),
      'with a role that does not exist': await made({
        claims: { roles: [{ role: 'GOD', scope: 'PLATFORM', scopeId: null }] },
      }),
    };
    for (const [what, one] of Object.entries(bad)) {
      const outcome = await verifyAccessToken(one, keys).then(
        () => 'accepted',
        () => 'refused',
      );
      expect([what, outcome]).toEqual([what, 'refused']);
    }
  });
});
