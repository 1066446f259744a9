import { courseChanged, coursePublished } from '@lyceum/events/course';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { on, type ConsumerTransaction, type RawClient } from '@lyceum/platform/consumers';
import type { Queries } from '@lyceum/platform/database';
import type { PrismaClient } from '../../generated/prisma/client.js';
import type { CourseStatus } from '../../generated/prisma/enums.js';

type EventTx = ConsumerTransaction<Queries<PrismaClient> & RawClient>;

/** Keeps the titles of courses, by which products are named, and whether they are sold. */
export function knownCourses() {
  return [
    on(coursePublished, (event, tx: EventTx) => keep(event, 'PUBLISHED', tx)),
    on(courseChanged, (event, tx: EventTx) => keep(event, event.data.status, tx)),
  ];
}

/**
 * Events of one course come in order, except one that was set aside or is published again: what was
 * said later stands.
 */
async function keep(
  { organizationId, time, data }: EventEnvelope<{ courseId: string; title: string }>,
  status: CourseStatus,
  tx: EventTx,
): Promise<void> {
  const { courseId, title } = data;
  const said = { title, status, saidAt: time };
  const added = await tx.prisma.knownCourse.createMany({
    data: [{ courseId, organizationId, ...said }],
    skipDuplicates: true,
  });
  if (added.count > 0) return;
  await tx.prisma.knownCourse.updateMany({
    where: { courseId, saidAt: { lte: time } },
    data: said,
  });
}
