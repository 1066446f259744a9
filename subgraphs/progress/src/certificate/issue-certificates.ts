import { randomBytes } from 'node:crypto';
import { certificateIssued } from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import type { Change, Work } from '../completion/completion.service.js';
import { verificationCode } from './verification-code.rules.js';

interface Issued {
  certificateId: string;
  enrollmentId: string;
  courseId: string;
  learnerId: string;
  courseTitle: string;
  verificationCode: string;
}

/** One certificate for each enrollment, ever; with the names of today. */
export async function issueCertificates(
  work: Work,
  organizationId: string,
  completed: readonly Pick<Change, 'row' | 'outline'>[],
  now: Date,
): Promise<void> {
  const wanted = completed.map(({ row, outline }): Issued => ({
    certificateId: newId(),
    enrollmentId: row.id,
    courseId: row.courseId,
    learnerId: row.learnerId,
    courseTitle: outline.title,
    verificationCode: verificationCode(randomBytes(16)),
  }));
  const issuedAt = now.toISOString();
  const issued = await work.prisma.$queryRaw<{ id: string }[]>`
    INSERT INTO certificate (id, organization_id, enrollment_id, course_id, learner_id,
      learner_name, course_title, organization_name, verification_code, issued_at)
    SELECT c."certificateId", ${organizationId}::uuid, c."enrollmentId", c."courseId",
      c."learnerId", person.name, c."courseTitle", issuer.name, c."verificationCode",
      ${issuedAt}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) AS c(
      "certificateId" uuid, "enrollmentId" uuid, "courseId" uuid, "learnerId" uuid,
      "courseTitle" text, "verificationCode" text)
    LEFT JOIN person ON person.id = c."learnerId"
      AND person.organization_id = ${organizationId}::uuid
    LEFT JOIN issuer ON issuer.organization_id = ${organizationId}::uuid
    ON CONFLICT (enrollment_id) DO NOTHING
    RETURNING id`;
  const ids = new Set(issued.map((row) => row.id));
  for (const certificate of wanted.filter((one) => ids.has(one.certificateId))) {
    work.record(certificateIssued, {
      aggregateId: certificate.enrollmentId,
      data: { ...certificate, issuedAt },
    });
  }
}
