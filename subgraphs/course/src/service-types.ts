import type { ConsumerTransaction } from '@lyceum/platform/consumers';
import type { Database, Transaction } from '@lyceum/platform/database';
import type { PrismaClient } from '../generated/prisma/client.js';

export type CourseDatabase = Database<PrismaClient>;
export type Tx = Transaction<PrismaClient>;
/** What a request's transaction and a consumer's have in common. */
export type AnyTx = Pick<Tx, 'prisma' | 'record'>;
export type EventTx = ConsumerTransaction<PrismaClient>;
