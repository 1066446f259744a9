import type { CourseStructure } from '@lyceum/events/course';
import type { RawClient } from '@lyceum/platform/consumers';
import { LRUCache } from 'lru-cache';
import { emptyOutline, outlineOf, type CourseOutline } from './course-outline.rules.js';

/** The published structures of courses, parsed once for each version. */
export class CourseStructures {
  readonly #outlines = new LRUCache<string, CourseOutline>({ max: 200 });

  /**
   * The newest outline of each course. Which version is the newest is asked every time: inside a
   * transaction ask after locking, so that nobody evaluates by a version that is over.
   * Courses that have not been heard of have an empty outline of version 0.
   */
  async outlines(
    prisma: RawClient,
    organizationId: string,
    courseIds: readonly string[],
  ): Promise<Map<string, CourseOutline>> {
    const versions = await prisma.$queryRaw<
      { courseId: string; versionNumber: number; title: string }[]
    >`
      SELECT course_id AS "courseId", version_number AS "versionNumber", title
      FROM course_structure
      WHERE organization_id = ${organizationId}::uuid AND course_id = ANY(${courseIds}::uuid[])`;
    const found = new Map(courseIds.map((id) => [id, emptyOutline(id)]));
    const missing: string[] = [];
    for (const { courseId, versionNumber, title } of versions) {
      const outline = this.#outlines.get(courseId);
      if (outline?.versionNumber !== versionNumber) missing.push(courseId);
      // A course may be renamed without a new version.
      else found.set(courseId, outline.title === title ? outline : { ...outline, title });
    }
    for (const outline of await this.#load(prisma, organizationId, missing)) {
      found.set(outline.courseId, outline);
      this.#outlines.set(outline.courseId, outline);
    }
    return found;
  }

  async #load(
    prisma: RawClient,
    organizationId: string,
    courseIds: readonly string[],
  ): Promise<CourseOutline[]> {
    if (courseIds.length === 0) return [];
    const rows = await prisma.$queryRaw<
      { courseId: string; versionNumber: number; title: string; structure: CourseStructure }[]
    >`
      SELECT course_id AS "courseId", version_number AS "versionNumber", title, structure
      FROM course_structure
      WHERE organization_id = ${organizationId}::uuid AND course_id = ANY(${courseIds}::uuid[])`;
    return rows.map((row) => outlineOf(row.courseId, row.versionNumber, row.title, row.structure));
  }
}
