import { on, type EventConsumer, type RawClient } from '@lyceum/platform/consumers';
import { coursePublished } from '@lyceum/events/course';
import type { Queries } from '@lyceum/platform/database';
import type { PrismaClient } from '../../generated/prisma/client.js';

/** Keeps the titles of published courses, by which products are named. */
export function courseTitles(): EventConsumer<Queries<PrismaClient> & RawClient> {
  return on(coursePublished, async ({ organizationId, data }, tx) => {
    const { courseId, title, versionNumber } = data;
    const added = await tx.prisma.publishedCourse.createMany({
      data: [{ courseId, organizationId, title, versionNumber }],
      skipDuplicates: true,
    });
    if (added.count > 0) return;
    await tx.prisma.publishedCourse.updateMany({
      where: { courseId, versionNumber: { lt: versionNumber } },
      data: { title, versionNumber },
    });
  });
}
