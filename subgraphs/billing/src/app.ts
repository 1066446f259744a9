import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { isId } from '@lyceum/platform/ids';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { courseStaffAdded, courseStaffRemoved } from '@lyceum/events/course';
import { staffConsumers, staffGrants } from '@lyceum/platform/course-staff';
import { defineService } from '@lyceum/platform/service';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { billingEnv } from './env.js';
import { LedgerService } from './ledger/ledger.service.js';
import { OrderLoaders } from './order/order.loaders.js';
import { OrderResolver, UserPurchasesResolver } from './order/order.resolver.js';
import { OrderService } from './order/order.service.js';
import {
  OrganizationBillingFieldResolver,
  OrganizationBillingResolver,
} from './organization-billing/organization-billing.resolver.js';
import { User } from './order/order.types.js';
import { Organization } from './organization-billing/organization-billing.types.js';
import { PaymentService } from './payment/payment.service.js';
import { TestProvider } from './payment/test-provider.js';
import { testProviderRoutes } from './payment/test-provider.routes.js';
import { webhookRoutes } from './payment/webhook.routes.js';
import { knownCourses } from './product/product.consumers.js';
import { ProductLoaders } from './product/product.loaders.js';
import {
  CourseOffersResolver,
  OfferResolver,
  ProductResolver,
} from './product/product.resolver.js';
import { Course } from './product/product.types.js';
import { ProductService } from './product/product.service.js';

/** What courses cost, who paid for them, and the books. */
export const billingService = defineService({
  name: 'billing',
  env: billingEnv,
  prisma: {
    create: (adapter) => new PrismaClient({ adapter, errorFormat: 'minimal' }),
    namespace: Prisma,
  },
  schema: {
    resolvers: [
      CourseOffersResolver,
      OfferResolver,
      ProductResolver,
      OrderResolver,
      UserPurchasesResolver,
      OrganizationBillingFieldResolver,
      OrganizationBillingResolver,
    ],
    types: [Course, User, Organization],
  },
  build({ env, database, clock, log }) {
    // Signatures are made and checked in this process, so a secret of its own is enough.
    const secret = env.testSecret ?? randomBytes(32).toString('hex');
    const provider =
      env.provider === 'test' ? new TestProvider(secret, env.publicUrl, clock) : null;
    const products = new ProductService(database, clock);
    const orders = new OrderService(
      database,
      products,
      provider,
      clock,
      log,
      env.checkoutExpiresMs,
    );
    const ledger = new LedgerService(database);
    const payments = new PaymentService(database, ledger, clock);
    const productLoaders = new ProductLoaders(database);
    const orderLoaders = new OrderLoaders(database);

    const webhooks = webhookRoutes(provider ? [provider] : [], payments, log);
    const testPages = provider
      ? testProviderRoutes({
          provider,
          database,
          clock,
          sendWebhook: (request) => webhooks[0]!.handle(request, { provider: provider.name }),
        })
      : [];

    return {
      resolvers: [
        new CourseOffersResolver(products, productLoaders),
        new OfferResolver(),
        new ProductResolver(productLoaders),
        new OrderResolver(orders, orderLoaders),
        new UserPurchasesResolver(orderLoaders),
        new OrganizationBillingFieldResolver(),
        new OrganizationBillingResolver(ledger, orderLoaders),
      ],
      references: {
        Order: ({ id }, { viewer }) => (isId(id) ? orders.byId(requireSignedIn(viewer), id) : null),
      },
      grantsOf: staffGrants(database),
      consumers: [...knownCourses(), ...staffConsumers(courseStaffAdded, courseStaffRemoved)],
      routes: [...webhooks, ...testPages],
      jobs: [
        {
          name: 'expire-orders',
          everyMs: 30_000,
          run: async () => void (await orders.expire()),
        },
      ],
    };
  },
});
