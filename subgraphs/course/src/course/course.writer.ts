import { newId } from '@lyceum/platform/ids';
import type { Course } from '../../generated/prisma/client.js';
import type { AnyTx } from '../service-types.js';
import type { NewCourse } from './course.input.js';
import { staffWriter } from '../staff/staff.writer.js';
import { freeSlug, slugOf } from './course.rules.js';

/**
 * Creates a course with an empty draft, which whoever makes it teaches: for people, importers and samples alike. Without a slug it
 * gets one made from the title.
 */
async function create(
  tx: AnyTx,
  by: { organizationId: string; userId: string | null },
  input: NewCourse,
  now: Date,
): Promise<Course> {
  const { organizationId } = by;
  const slug = input.slug ?? (await newSlug(tx, input.title));
  const course = await tx.prisma.course.create({
    data: {
      ...input,
      id: newId(),
      organizationId,
      slug,
      draftVersionId: newId(),
      createdBy: by.userId,
      createdAt: now,
      updatedAt: now,
    },
  });
  await tx.prisma.courseVersion.create({
    data: { id: course.draftVersionId, organizationId, courseId: course.id },
  });
  const { userId } = by;
  if (userId !== null) {
    await staffWriter.put(tx, course, { userId, role: 'INSTRUCTOR', addedBy: userId }, now);
  }
  return course;
}

async function newSlug(tx: Pick<AnyTx, 'prisma'>, title: string): Promise<string> {
  const slug = slugOf(title);
  const similar = await tx.prisma.course.findMany({
    where: { slug: { startsWith: slug } },
    select: { slug: true },
  });
  return freeSlug(slug, new Set(similar.map((course) => course.slug)));
}

export const courseWriter = { create };
