import type { Database } from '@lyceum/platform/database';
import type { Route } from '@lyceum/platform/service';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { certificatePage, missingPage } from './certificate-page.js';
import { findCertificate } from './find-certificate.js';

/** The page that mails and learners show: what `verifyCertificate` says, for people. */
export function certificateRoutes(database: Database<PrismaClient>): Route[] {
  return [
    {
      method: 'GET',
      path: '/certificates/:code',
      async handle(_request, { code = '' }) {
        const certificate = await findCertificate(database, code);
        return certificate ? certificatePage(certificate) : missingPage();
      },
    },
  ];
}
