import { accountRegistered } from '@lyceum/events/auth';
import { organizationUpdated, profileUpdated } from '@lyceum/events/user';
import { on, type ConsumerTransaction } from '@lyceum/platform/consumers';

/** Names for certificates: of people, and of the organization that issues them. */
export function personConsumers() {
  return [
    on(accountRegistered, async ({ organizationId, data }, tx) => {
      // Registration is the first that is heard of someone: a name that is here already is newer.
      await tx.prisma.$executeRaw`
        INSERT INTO person (id, organization_id, name)
        VALUES (${data.userId}::uuid, ${organizationId}::uuid, ${data.name})
        ON CONFLICT (id) DO NOTHING`;
      await tx.prisma.$executeRaw`
        INSERT INTO issuer (organization_id, name)
        VALUES (${organizationId}::uuid, ${data.organization.name})
        ON CONFLICT (organization_id) DO NOTHING`;
      await nameCertificates(tx, organizationId, data.userId);
    }),

    on(profileUpdated, async ({ organizationId, data }, tx) => {
      await tx.prisma.$executeRaw`
        INSERT INTO person (id, organization_id, name)
        VALUES (${data.userId}::uuid, ${organizationId}::uuid, ${data.name})
        ON CONFLICT (id) DO UPDATE SET name = excluded.name
        WHERE person.organization_id = excluded.organization_id`;
      await nameCertificates(tx, organizationId, data.userId);
    }),

    on(organizationUpdated, async ({ organizationId, data }, tx) => {
      await tx.prisma.$executeRaw`
        INSERT INTO issuer (organization_id, name) VALUES (${organizationId}::uuid, ${data.name})
        ON CONFLICT (organization_id) DO UPDATE SET name = excluded.name`;
    }),
  ];
}

/** For the rare certificate that was issued before its learner's name had come. */
async function nameCertificates(
  tx: ConsumerTransaction,
  organizationId: string,
  userId: string,
): Promise<void> {
  await tx.prisma.$executeRaw`
    UPDATE certificate SET learner_name = person.name FROM person
    WHERE person.id = ${userId}::uuid AND certificate.learner_id = person.id
      AND certificate.organization_id = ${organizationId}::uuid
      AND certificate.learner_name IS NULL`;
}
