import type { ConsumerTransaction, EventConsumer, RawClient } from '@lyceum/platform/consumers';
import type { Database, Queries } from '@lyceum/platform/database';
import type { PrismaClient } from '../generated/prisma/client.js';

export type NotificationDatabase = Database<PrismaClient>;

type ConsumerClient = Queries<PrismaClient> & RawClient;
export type NotificationTransaction = ConsumerTransaction<ConsumerClient>;
export type NotificationConsumer = EventConsumer<ConsumerClient>;
