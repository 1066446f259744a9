import { ACCESS_TOKEN } from '@lyceum/platform/access-token';
import type { Clock } from '@lyceum/platform/clock';
import type { Database } from '@lyceum/platform/database';
import { newId } from '@lyceum/platform/ids';
import {
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importPKCS8,
  type CryptoKey,
  type JWK,
} from 'jose';
import type { Prisma, PrismaClient } from '../../generated/prisma/client.js';
import type { Secrets } from '../secrets.js';
import { nextKeyFrom, publishedKeys, signingKeyAt } from './signing-key.rules.js';

interface LoadedKey {
  id: string;
  publicJwk: JWK;
  privateKey: CryptoKey;
  activeFrom: Date;
}

const REASON = 'signing keys belong to the platform, not to an organization';
const RELOAD_MS = 5 * 60 * 1000;
const GRACE_MS = (ACCESS_TOKEN.lifetimeSeconds + 300) * 1000;

/** The keys that access tokens are signed with, and the set that others verify them by. */
export class SigningKeyService {
  #loaded: Promise<readonly LoadedKey[]> | undefined;
  #loadedAt = 0;

  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: Clock,
    private readonly secrets: Secrets,
  ) {}

  /** The key to sign with now. */
  async current(): Promise<{ id: string; privateKey: CryptoKey }> {
    const key = signingKeyAt(await this.#keys(), this.clock.now());
    if (!key) throw new Error('There is no signing key: the service has not been prepared.');
    return key;
  }

  /** RFC 7517. */
  async keySet(): Promise<{ keys: JWK[] }> {
    const keys = publishedKeys(await this.#keys(), this.clock.now(), GRACE_MS);
    return { keys: keys.map((key) => key.publicJwk) };
  }

  /** Makes the first key, later the next one when its time comes, and removes those of no more use. */
  async rotate(): Promise<void> {
    const now = this.clock.now();
    await this.database.transactionAcrossOrganizations(REASON, async ({ prisma }) => {
      // Several processes may start at once; one of them makes the key.
      await prisma.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('lyceum auth signing keys'))`;
      const keys = await prisma.signingKey.findMany();
      const published = new Set(publishedKeys(keys, now, GRACE_MS));
      const useless = keys.filter((key) => !published.has(key)).map((key) => key.id);
      await prisma.signingKey.deleteMany({ where: { id: { in: useless } } });
      const activeFrom = nextKeyFrom(keys, now);
      if (activeFrom) await prisma.signingKey.create({ data: await this.#make(now, activeFrom) });
    });
    this.#loaded = undefined;
    await this.#keys();
  }

  async #make(createdAt: Date, activeFrom: Date): Promise<Prisma.SigningKeyCreateInput> {
    const id = newId();
    const pair = await generateKeyPair(ACCESS_TOKEN.algorithm, { extractable: true });
    const jwk = await exportJWK(pair.publicKey);
    const secret = Buffer.from(await exportPKCS8(pair.privateKey));
    return {
      id,
      publicJwk: { ...jwk, kid: id, use: 'sig', alg: ACCESS_TOKEN.algorithm } as never,
      privateKey: new Uint8Array(this.secrets.seal('signing keys', secret, id)),
      createdAt,
      activeFrom,
    };
  }

  #keys(): Promise<readonly LoadedKey[]> {
    if (!this.#loaded || Date.now() - this.#loadedAt > RELOAD_MS) {
      this.#loadedAt = Date.now();
      const loading = this.#load();
      // A failure is not remembered.
      loading.catch(() => (this.#loaded = undefined));
      this.#loaded = loading;
    }
    return this.#loaded;
  }

  async #load(): Promise<LoadedKey[]> {
    const rows = await this.database.acrossOrganizations(REASON).signingKey.findMany();
    return Promise.all(
      rows.map(async (row) => ({
        id: row.id,
        publicJwk: row.publicJwk as JWK,
        privateKey: await importPKCS8(this.#open(row), ACCESS_TOKEN.algorithm),
        activeFrom: row.activeFrom,
      })),
    );
  }

  #open(row: { id: string; privateKey: Uint8Array }): string {
    try {
      return this.secrets.open('signing keys', row.privateKey, row.id).toString();
    } catch (error) {
      throw new Error('The signing keys were sealed with another AUTH_SECRET.', { cause: error });
    }
  }
}
