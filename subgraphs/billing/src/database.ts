import type { Database, Transaction } from '@lyceum/platform/database';
import type { PrismaClient } from '../generated/prisma/client.js';

export type BillingDatabase = Database<PrismaClient>;
export type BillingTransaction = Transaction<PrismaClient>;
