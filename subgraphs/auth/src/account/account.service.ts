import { accountRegistered } from '@lyceum/events/auth';
import type { Clock } from '@lyceum/platform/clock';
import { isUniqueViolation, type Database, type Transaction } from '@lyceum/platform/database';
import {
  badInput,
  conflict,
  LyceumError,
  notFound,
  permissionDenied,
} from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import { parseInput } from '@lyceum/platform/input';
import { localeSchema, timeZoneSchema } from '@lyceum/platform/locale';
import type { RoleAssignment } from '@lyceum/platform/viewer';
import { z } from 'zod';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { normalizePassword, passwordProblem } from '../password/password.rules.js';
import type { Passwords } from '../password/passwords.js';
import { rolesHeld } from '../role/role.queries.js';
import type { Running, SessionService, Tokens } from '../session/session.service.js';
import type { Throttle } from '../throttle/throttle.js';
import { emailSchema, nameSchema, slugSchema, writtenSlugSchema } from './account.rules.js';

type Tx = Transaction<PrismaClient>;

/** Bounds work before anything else looks at the text. */
const passwordText = z.string().max(4096);

const registerInput = z.object({
  email: emailSchema,
  password: passwordText,
  name: nameSchema,
  locale: localeSchema,
  timeZone: timeZoneSchema,
  organizationSlug: writtenSlugSchema.nullish(),
  newOrganization: z.object({ name: nameSchema, slug: slugSchema }).nullish(),
});
type Registration = z.infer<typeof registerInput>;

const loginInput = z.object({ email: emailSchema, password: passwordText });

/** The organization someone registers in. */
interface Home {
  id: string;
  slug: string;
  name: string;
  founded: boolean;
}

const PASSWORD_PROBLEMS = {
  TOO_SHORT: 'At least 15 characters. A few words in a row are easy to remember.',
  TOO_LONG: 'At most 256 characters.',
  TOO_GUESSABLE: 'Too easy to guess: mostly common words, your own data, or a pattern.',
} as const;

export class AccountService {
  constructor(
    private readonly database: Database<PrismaClient>,
    private readonly clock: Clock,
    private readonly passwords: Passwords,
    private readonly sessions: SessionService,
    private readonly throttle: Throttle,
    private readonly foundingOpen: boolean,
  ) {}

  /**
   * Makes an account, founds its organization if so wanted, and signs in.
   * @throws BAD_USER_INPUT, RATE_LIMITED, NOT_FOUND (Organization), PERMISSION_DENIED (founding is
   * closed), CONFLICT (EMAIL_TAKEN, SLUG_TAKEN, REGISTRATION_CLOSED)
   */
  async register(input: unknown, address: string | null): Promise<Tokens> {
    const registration = parseInput(registerInput, input);
    this.#checkPassword(registration);
    await this.throttle.registration(address);
    const home = await this.#home(registration);
    const passwordHash = await this.passwords.hash(registration.password);
    const account = {
      id: newId(),
      organizationId: home.id,
      email: registration.email,
      passwordHash,
      createdAt: this.clock.now(),
    };
    const roles: RoleAssignment[] = [
      {
        role: home.founded ? 'ORGANIZATION_ADMIN' : 'LEARNER',
        scope: 'ORGANIZATION',
        scopeId: home.id,
      },
    ];
    const actor = newcomer(account, roles);
    const running = await this.database.transaction(actor, async (tx) => {
      await this.#settleIn(tx, home, account.createdAt);
      await tx.prisma.account.create({ data: account }).catch(because('EMAIL_TAKEN'));
      await tx.prisma.roleAssignment.createMany({
        data: roles.map((role) => ({
          ...role,
          id: newId(),
          organizationId: home.id,
          accountId: account.id,
          assignedAt: account.createdAt,
        })),
      });
      tx.record(accountRegistered, {
        aggregateId: account.id,
        data: {
          userId: account.id,
          email: account.email,
          name: registration.name,
          locale: registration.locale,
          timeZone: registration.timeZone,
          organization: home,
          roles: [...roles],
          registeredAt: account.createdAt.toISOString(),
        },
      });
      return this.sessions.begin(tx, account, roles, address);
    });
    return this.sessions.tokensOf(running);
  }

  /**
   * Signs in. Wrong address and wrong password look the same and take the same time.
   * @throws BAD_USER_INPUT, RATE_LIMITED, INVALID_CREDENTIALS
   */
  async login(input: unknown, address: string | null): Promise<Tokens> {
    const { email, password } = parseInput(loginInput, input);
    const { account, familiar } = await this.#find(email, address);
    const attempt = await this.throttle.login(email, address, familiar);
    const matches = await this.passwords.matches(account?.password_hash ?? null, password);
    if (!matches || !account) {
      throw new LyceumError('INVALID_CREDENTIALS', 'E-mail address or password is wrong.');
    }
    await attempt.succeeded();
    const improved = this.passwords.isOutdated(account.password_hash)
      ? await this.passwords.hash(password)
      : null;
    const owner = { id: account.id, organizationId: account.organization_id };
    const running = await this.database.transaction(newcomer(owner, []), async (tx) => {
      if (improved) {
        // Only in place of the hash that was checked: the password may have changed meanwhile.
        await tx.prisma.account.updateMany({
          where: { id: account.id, passwordHash: account.password_hash },
          data: { passwordHash: improved },
        });
      }
      return this.#begin(tx, owner, address);
    });
    return this.sessions.tokensOf(running);
  }

  async #begin(
    tx: Tx,
    owner: { id: string; organizationId: string },
    address: string | null,
  ): Promise<Running> {
    return this.sessions.begin(tx, owner, await rolesHeld(tx.prisma, owner.id), address);
  }

  /** The account, and whether its owner has signed in from this network: one statement for every address. */
  async #find(email: string, address: string | null) {
    const prisma = this.database.acrossOrganizations('whose an address is shows only by looking');
    const network = this.sessions.networkTag(address);
    const [account] = await prisma.$queryRaw<
      { id: string; organization_id: string; password_hash: string; familiar: boolean }[]
    >`
      SELECT a.id, a.organization_id, a.password_hash,
        EXISTS (SELECT FROM session s WHERE s.account_id = a.id AND s.network = ${network}) AS familiar
      FROM account a WHERE a.email = ${email}`;
    return { account: account ?? null, familiar: account?.familiar ?? false };
  }

  #checkPassword({ password, email, name, newOrganization, organizationSlug }: Registration): void {
    const about = [email, name, newOrganization?.name, newOrganization?.slug, organizationSlug];
    const problem = passwordProblem(
      normalizePassword(password),
      about.filter((word) => word != null),
    );
    if (problem) throw badInput(['input', 'password'], problem, PASSWORD_PROBLEMS[problem]);
  }

  /** The organization to join or to found. */
  async #home({ newOrganization, organizationSlug }: Registration): Promise<Home> {
    if ((newOrganization == null) === (organizationSlug == null)) {
      throw badInput(
        ['input', 'organizationSlug'],
        'EXCLUSIVE',
        'Give organizationSlug or newOrganization: one of them.',
      );
    }
    if (newOrganization) {
      if (!this.foundingOpen) throw permissionDenied('organization:found');
      return { ...newOrganization, id: newId(), founded: true };
    }
    const organization = await this.database
      .acrossOrganizations('who registers does not belong to an organization yet')
      .organization.findUnique({ where: { slug: organizationSlug ?? '' } });
    if (!organization) throw notFound('Organization');
    const { organizationId, slug, name } = organization;
    return { id: organizationId, slug, name, founded: false };
  }

  async #settleIn(tx: Tx, home: Home, now: Date): Promise<void> {
    if (home.founded) {
      const { id, slug, name } = home;
      await tx.prisma.organization
        .create({ data: { organizationId: id, slug, name, createdAt: now } })
        .catch(because('SLUG_TAKEN'));
      return;
    }
    const found = await tx.prisma.organization.findUnique({ where: { organizationId: home.id } });
    if (found?.registration !== 'OPEN') {
      throw conflict('REGISTRATION_CLOSED', 'This organization does not take registrations.');
    }
  }
}

const TAKEN = {
  EMAIL_TAKEN: 'There is an account with this e-mail address. Sign in instead.',
  SLUG_TAKEN: 'Another organization has this short name.',
} as const;

function because(reason: keyof typeof TAKEN) {
  return (error: unknown): never => {
    throw isUniqueViolation(error) ? conflict(reason, TAKEN[reason]) : error;
  };
}

/** Whoever registers or signs in acts as themselves; there is no session yet. */
function newcomer(
  account: { id: string; organizationId: string },
  roles: readonly RoleAssignment[],
) {
  return {
    kind: 'person',
    userId: account.id,
    sessionId: '',
    organizationId: account.organizationId,
    roles,
  } as const;
}
