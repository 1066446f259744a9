import { createHash, randomBytes } from 'node:crypto';
import { sessionRevoked } from '@lyceum/events/auth';
import { ACCESS_TOKEN, signAccessToken } from '@lyceum/platform/access-token';
import type { Clock } from '@lyceum/platform/clock';
import type { Database, Transaction } from '@lyceum/platform/database';
import { LyceumError } from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import { networkOf } from '@lyceum/platform/network';
import type { RoleAssignment, SignedIn } from '@lyceum/platform/viewer';
import type { PrismaClient, RefreshToken } from '../../generated/prisma/client.js';
import { rolesHeld } from '../role/role.queries.js';
import type { Secrets } from '../secrets.js';
import type { SigningKeyService } from '../signing-key/signing-key.service.js';
import { judgeRefresh } from './session.rules.js';

type Tx = Transaction<PrismaClient>;

export interface SessionLimits {
  /** Days without a refresh after which one has to sign in again. */
  idleDays: number;
  /** Days after which one has to sign in again in any case. */
  maxDays: number;
}

/** A session that is running: who it is, and the refresh token to go on with. */
export interface Running {
  person: SignedIn;
  refreshToken: string;
}

/** What a client gets. */
export interface Tokens {
  person: SignedIn;
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export class SessionService {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: Clock,
    private readonly secrets: Secrets,
    private readonly keys: SigningKeyService,
    private readonly limits: SessionLimits,
  ) {}

  /** Begins a session, within the transaction of a login. */
  async begin(
    tx: Tx,
    account: { id: string; organizationId: string },
    roles: readonly RoleAssignment[],
    address: string | null,
  ): Promise<Running> {
    const now = this.clock.now();
    const session = {
      id: newId(),
      organizationId: account.organizationId,
      accountId: account.id,
      network: this.networkTag(address),
      createdAt: now,
      expiresAt: after(now, this.limits.maxDays),
    };
    await tx.prisma.session.create({ data: session });
    const token = randomBytes(32);
    await this.#keep(tx, session, token, now);
    return {
      person: {
        kind: 'person',
        userId: account.id,
        sessionId: session.id,
        organizationId: account.organizationId,
        roles,
      },
      refreshToken: token.toString('base64url'),
    };
  }

  /** Signs the access token of a running session. */
  async tokensOf({ person, refreshToken }: Running): Promise<Tokens> {
    const key = await this.keys.current();
    const { token } = await signAccessToken(person, key, newId(), this.clock.now());
    return { person, accessToken: token, refreshToken, expiresIn: ACCESS_TOKEN.lifetimeSeconds };
  }

  /**
   * Exchanges a refresh token for new tokens, with the roles as they are now.
   * @throws INVALID_REFRESH_TOKEN; when it was spent before, the session has ended by then
   */
  async refresh(text: string): Promise<Tokens> {
    if (!/^[\w-]{43}$/.test(text)) throw invalidRefreshToken();
    const shown = Buffer.from(text, 'base64url');
    const hash = hashOf(shown);
    const owner = await this.database
      .acrossOrganizations('a refresh token is all that is known of who shows it')
      .refreshToken.findUnique({
        where: { hash },
        select: { accountId: true, organizationId: true },
      });
    if (!owner) throw invalidRefreshToken();
    const actor = { kind: 'system', organizationId: owner.organizationId } as const;
    // Ending a session has to be committed, so the refusal is thrown outside.
    const running = await this.database.transaction(actor, async (tx) => {
      await lockAccount(tx, owner.accountId, owner.organizationId);
      return this.#exchange(tx, shown, hash);
    });
    if (!running) throw invalidRefreshToken();
    return this.tokensOf(running);
  }

  /** Ends the viewer's session. Ending it twice is no error. */
  async end(viewer: SignedIn): Promise<void> {
    await this.database.transaction(viewer, async (tx) => {
      await lockAccount(tx, viewer.userId, viewer.organizationId);
      await this.#end(tx, viewer.sessionId, viewer.userId, 'LOGOUT');
    });
  }

  /** How networks are remembered: comparable, but not readable without the secret. */
  networkTag(address: string | null): string | null {
    if (address === null) return null;
    return this.secrets.mac('networks', networkOf(address)).toString('base64url');
  }

  /** Forgets what is over for so long that nobody asks for it any more. */
  async clean(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - 30 * DAY_MS);
    const prisma = this.database.acrossOrganizations('cleaning up is done for all at once');
    await prisma.refreshToken.deleteMany({ where: { expiresAt: { lt: before } } });
    await prisma.session.deleteMany({ where: { expiresAt: { lt: before } } });
  }

  async #exchange(tx: Tx, shown: Buffer, hash: Hash): Promise<Running | null> {
    const now = this.clock.now();
    const token = await tx.prisma.refreshToken.findUniqueOrThrow({ where: { hash } });
    const session = await tx.prisma.session.findUniqueOrThrow({ where: { id: token.sessionId } });
    const successorSpent = await this.#successorSpent(tx, token);
    switch (judgeRefresh({ ...token, successorSpent }, session, now)) {
      case 'REFUSED':
        return null;
      case 'REUSED':
        await this.#end(tx, session.id, session.accountId, 'REFRESH_TOKEN_REUSED');
        return null;
      case 'ROTATE': {
        token.successorSalt = new Uint8Array(randomBytes(32));
        const successor = this.#successorOf(shown, token.successorSalt);
        await tx.prisma.refreshToken.update({
          where: { hash },
          data: {
            spentAt: now,
            successorSalt: token.successorSalt,
            successorHash: hashOf(successor),
          },
        });
        await this.#keep(tx, session, successor, now);
        break;
      }
      case 'REPEAT':
        break;
    }
    if (!token.successorSalt) throw new Error('A spent refresh token without a successor');
    return {
      person: {
        kind: 'person',
        userId: session.accountId,
        sessionId: session.id,
        organizationId: session.organizationId,
        roles: await rolesHeld(tx.prisma, session.accountId),
      },
      refreshToken: this.#successorOf(shown, token.successorSalt).toString('base64url'),
    };
  }

  async #successorSpent(tx: Tx, token: RefreshToken): Promise<boolean> {
    if (!token.successorHash) return false;
    const successor = await tx.prisma.refreshToken.findUnique({
      where: { hash: token.successorHash },
      select: { spentAt: true },
    });
    return successor?.spentAt != null;
  }

  /**
   * A token made of the one before, 256 fresh random bits, and our secret: whoever shows the one
   * before can be told it again, while the database alone does not give it away.
   */
  #successorOf(token: Buffer, salt: Uint8Array): Buffer {
    return this.secrets.mac('refresh tokens', token, salt);
  }

  async #keep(
    tx: Tx,
    session: { id: string; organizationId: string; accountId: string; expiresAt: Date },
    token: Buffer,
    now: Date,
  ): Promise<void> {
    const idleUntil = after(now, this.limits.idleDays);
    await tx.prisma.refreshToken.create({
      data: {
        hash: hashOf(token),
        organizationId: session.organizationId,
        accountId: session.accountId,
        sessionId: session.id,
        createdAt: now,
        expiresAt: idleUntil < session.expiresAt ? idleUntil : session.expiresAt,
      },
    });
  }

  async #end(
    tx: Tx,
    sessionId: string,
    userId: string,
    reason: 'LOGOUT' | 'REFRESH_TOKEN_REUSED',
  ): Promise<void> {
    const ended = await tx.prisma.session.updateMany({
      where: { id: sessionId, accountId: userId, endedAt: null },
      data: { endedAt: this.clock.now(), endReason: reason },
    });
    if (ended.count === 0) return;
    tx.record(sessionRevoked, { aggregateId: userId, data: { userId, sessionId, reason } });
  }
}

/**
 * Whatever changes one person's sessions and roles happens one after another, so that two refreshes
 * at once see each other, and no token is made with a role that is being taken away.
 */
export async function lockAccount(tx: Tx, accountId: string, organizationId: string) {
  await tx.prisma.$queryRaw`
    SELECT id FROM account
    WHERE id = ${accountId}::uuid AND organization_id = ${organizationId}::uuid
    FOR NO KEY UPDATE`;
}

type Hash = Uint8Array<ArrayBuffer>;

/** The token has 256 random bits: a plain hash is enough. */
function hashOf(token: Uint8Array): Hash {
  return new Uint8Array(createHash('sha256').update(token).digest());
}

function after(moment: Date, days: number): Date {
  return new Date(moment.getTime() + days * DAY_MS);
}

function invalidRefreshToken() {
  return new LyceumError(
    'INVALID_REFRESH_TOKEN',
    'This refresh token does not hold. Sign in again.',
  );
}
