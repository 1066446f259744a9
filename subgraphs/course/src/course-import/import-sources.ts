import type { SignedIn } from '@lyceum/platform/viewer';
import type { Course } from '../../generated/prisma/client.js';
import { coursesWith } from '../course/course.access.js';
import type { AnyTx, CourseDatabase } from '../service-types.js';

type Reading = Pick<AnyTx['prisma'], 'courseImport' | 'importedPart' | 'course'>;

/** Imports that made a course, of which each course has one at most. */
const MADE_A_COURSE = { state: 'SUCCEEDED', updateCourseId: null } as const;

/** Where a course comes from: organization/course/run. Null when it was not imported, or before that was kept. */
export async function sourceOfCourse(
  { courseImport }: Pick<Reading, 'courseImport'>,
  courseId: string,
): Promise<string | null> {
  const made = await courseImport.findFirst({ where: { ...MADE_A_COURSE, courseId } });
  return made?.source ?? null;
}

/** The newest course of this source that the viewer may edit. */
export async function courseOfSource(
  database: CourseDatabase,
  viewer: SignedIn,
  source: string,
  before?: { importId: string; courseId: string | null },
): Promise<Course | null> {
  const { courseImport, course } = database.of(viewer);
  const editable = coursesWith(viewer, 'course:edit');
  if (editable !== 'ALL' && editable.length === 0) return null;
  const made = await courseImport.findFirst({
    where: {
      ...MADE_A_COURSE,
      source,
      // Ids are in the order of time.
      id: before && { lt: before.importId },
      courseId: {
        not: before?.courseId ?? null,
        in: editable === 'ALL' ? undefined : [...editable],
      },
    },
    orderBy: { id: 'desc' },
  });
  return made?.courseId ? course.findFirst({ where: { id: made.courseId } }) : null;
}

/** Ids of all parts that were ever imported into a course, by their names in the source. */
export async function importedParts(
  { importedPart }: Pick<Reading, 'importedPart'>,
  courseId: string,
): Promise<Map<string, string>> {
  const rows = await importedPart.findMany({
    where: { courseId },
    select: { source: true, partId: true },
  });
  return new Map(rows.map(({ source, partId }) => [source, partId]));
}

/** Remembers the parts of a course, so that they keep their ids when it is imported again. */
export async function rememberParts(
  { prisma }: Pick<AnyTx, 'prisma'>,
  { id, organizationId }: { id: string; organizationId: string },
  parts: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = [...parts].map(([source, partId]) => ({ source, partId }));
  await prisma.$executeRaw`
    INSERT INTO imported_part (course_id, organization_id, source, part_id)
    SELECT ${id}::uuid, ${organizationId}::uuid, source, "partId"
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS t(source text, "partId" uuid)
    ON CONFLICT (course_id, source) DO NOTHING`;
}
