import 'reflect-metadata';
import { isId } from '@lyceum/platform/ids';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { projectPath } from '@lyceum/platform/project-path';
import { defineService } from '@lyceum/platform/service';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { DeliveryService } from './delivery/delivery.service.js';
import { diskTransport } from './delivery/disk-transport.js';
import { smtpTransport } from './delivery/smtp-transport.js';
import { notificationEnv } from './env.js';
import {
  FeedResolver,
  NotificationConnectionResolver,
  NotificationResolver,
} from './notification/notification.resolver.js';
import { NotificationService } from './notification/notification.service.js';
import { Course, Order, User } from './notification/notification.types.js';
import { PreferenceResolver } from './preference/preference.resolver.js';
import { PreferenceService } from './preference/preference.service.js';
import { recipients } from './recipient/recipient.consumers.js';
import { TemplateService } from './template/template.service.js';
import { WORKFLOWS } from './workflow/workflows.js';

const SEND_MAIL = 'send-mail';

/** Who must know, in which words, and by which way. */
export const notificationService = defineService({
  name: 'notification',
  env: notificationEnv,
  prisma: {
    create: (adapter) => new PrismaClient({ adapter, errorFormat: 'minimal' }),
    namespace: Prisma,
  },
  schema: {
    resolvers: [
      NotificationResolver,
      FeedResolver,
      NotificationConnectionResolver,
      PreferenceResolver,
    ],
    types: [User, Course, Order],
  },
  build({ env, database, clock, log, runSoon }) {
    let loaded: TemplateService | null = null;
    const templates = () => loaded!;
    const transport = env.smtpUrl
      ? smtpTransport(env.smtpUrl, env.from)
      : diskTransport(env.mailDirectory, env.from);
    const notifications = new NotificationService(database, templates, clock, () =>
      runSoon(SEND_MAIL),
    );
    const preferences = new PreferenceService(database);
    const deliveries = new DeliveryService(database, templates, transport, clock, log, env.site);

    return {
      // A template that is not right is found now, not when its event comes.
      async prepare() {
        loaded = await TemplateService.load(projectPath('subgraphs/notification/templates'));
      },
      resolvers: [
        new NotificationResolver(notifications, env.site),
        new FeedResolver(notifications),
        new NotificationConnectionResolver(notifications),
        new PreferenceResolver(preferences),
      ],
      references: {
        Notification: ({ id }, { viewer }) =>
          isId(id) ? notifications.byId(requireSignedIn(viewer), id) : null,
      },
      // Recipients first: who has just registered is welcomed in the same transaction.
      consumers: [
        ...recipients(),
        ...WORKFLOWS.map((workflow) => workflow.consumer(notifications.tell)),
      ],
      jobs: [{ name: SEND_MAIL, everyMs: 5_000, run: (signal) => deliveries.sendDue(signal) }],
      close: () => {
        transport.close();
        return Promise.resolve();
      },
    };
  },
});
