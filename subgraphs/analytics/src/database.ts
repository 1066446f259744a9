import type { Database } from '@lyceum/platform/database';
import type { PrismaClient } from '../generated/prisma/client.js';

export type AnalyticsDatabase = Database<PrismaClient>;
