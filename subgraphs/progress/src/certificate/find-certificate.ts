import type { Database } from '@lyceum/platform/database';
import type { Certificate, PrismaClient } from '../../generated/prisma/client.js';
import { readCode } from './verification-code.rules.js';

/** The certificate with a code as people type it, of whichever organization; null when there is none. */
export async function findCertificate(
  database: Database<PrismaClient>,
  code: string,
): Promise<Certificate | null> {
  const verificationCode = readCode(code);
  if (verificationCode === null) return null;
  return database
    .acrossOrganizations('verifies certificates for anyone who has the code')
    .certificate.findUnique({ where: { verificationCode } });
}
