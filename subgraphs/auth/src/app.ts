import 'reflect-metadata';
import { defineService } from '@lyceum/platform/service';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { AccountResolver } from './account/account.resolver.js';
import { AccountService } from './account/account.service.js';
import { authEnv } from './env.js';
import { organizationConsumers } from './organization/organization.consumers.js';
import { Passwords } from './password/passwords.js';
import { RevocationResolver } from './revocation/revocation.resolver.js';
import { RevocationService } from './revocation/revocation.service.js';
import { roleConsumers } from './role/role.consumers.js';
import { RoleLoaders } from './role/role.loaders.js';
import { RoleResolver } from './role/role.resolver.js';
import { RoleService } from './role/role.service.js';
import { Secrets } from './secrets.js';
import { SessionService } from './session/session.service.js';
import { signingKeyRoutes } from './signing-key/signing-key.routes.js';
import { SigningKeyService } from './signing-key/signing-key.service.js';
import { Throttle } from './throttle/throttle.js';

const HOUR_MS = 60 * 60 * 1000;

export const authService = defineService({
  name: 'auth',
  env: authEnv,
  prisma: {
    create: (adapter) => new PrismaClient({ adapter, errorFormat: 'minimal' }),
    namespace: Prisma,
  },
  schema: { resolvers: [AccountResolver, RoleResolver, RevocationResolver] },
  build({ env, database, clock, log }) {
    const secrets = new Secrets(env.secret);
    const passwords = new Passwords(env.passwordHashing);
    const throttle = new Throttle(secrets, env.tries, env.redisUrl, log);
    const keys = new SigningKeyService(database, clock, secrets);
    const sessions = new SessionService(database, clock, secrets, keys, env.sessions);
    const accounts = new AccountService(
      database,
      clock,
      passwords,
      sessions,
      throttle,
      env.foundingOpen,
    );
    const revocations = new RevocationService(database, clock);
    const roles = new RoleService(database, clock, revocations);
    return {
      resolvers: [
        new AccountResolver(accounts, sessions),
        new RoleResolver(roles, new RoleLoaders(database)),
        new RevocationResolver(revocations),
      ],
      // Which roles the viewer may see of a person is decided at the field.
      references: { User: ({ id }) => ({ id }) },
      consumers: [...organizationConsumers, ...roleConsumers(revocations)],
      routes: signingKeyRoutes(keys),
      jobs: [
        { name: 'signing-keys', everyMs: HOUR_MS, run: () => keys.rotate() },
        { name: 'old-sessions', everyMs: HOUR_MS, run: () => sessions.clean() },
        { name: 'old-revocations', everyMs: HOUR_MS, run: () => revocations.clean() },
      ],
      async prepare() {
        await Promise.all([keys.rotate(), passwords.prepare()]);
      },
      close: () => throttle.close(),
    };
  },
});
