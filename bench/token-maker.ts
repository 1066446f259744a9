import { ACCESS_TOKEN, signAccessToken } from '@lyceum/platform/access-token';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** Stands for auth: signs access tokens, and says by which key they are verified. */
export interface TokenMaker {
  readonly jwks: { keys: JWK[] };
  tokenOf(person: SignedIn): Promise<string>;
}

export async function createTokenMaker(): Promise<TokenMaker> {
  const id = 'bench';
  const { publicKey, privateKey } = await generateKeyPair(ACCESS_TOKEN.algorithm);
  const jwk = { ...(await exportJWK(publicKey)), kid: id, alg: ACCESS_TOKEN.algorithm, use: 'sig' };
  return {
    jwks: { keys: [jwk] },
    tokenOf: async (person) =>
      (await signAccessToken(person, { id, privateKey }, newId(), new Date())).token,
  };
}

export function somebody(organizationId = newId()): SignedIn {
  const roles = [{ role: 'LEARNER', scope: 'ORGANIZATION', scopeId: organizationId }] as const;
  return { kind: 'person', userId: newId(), sessionId: newId(), organizationId, roles };
}
