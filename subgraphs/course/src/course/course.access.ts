import { conflict, notFound, permissionDenied } from '@lyceum/platform/errors';
import { can, type Permission } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Prisma } from '../../generated/prisma/client.js';

/** The statuses in which an enrollment opens a course's content. */
export const TAKING_PART = ['ACTIVE', 'COMPLETED'] as const;

/** The courses where the viewer holds the permission: all of the organization, or those named. */
export function coursesWith(viewer: SignedIn, permission: Permission): 'ALL' | readonly string[] {
  // Annotated, so that the compiler does not take `viewer` for anonymous where it is false.
  const everywhere: boolean = can(viewer, permission);
  if (everywhere) return 'ALL';
  return viewer.roles
    .filter(({ scope }) => scope === 'COURSE')
    .flatMap(({ scopeId }) =>
      scopeId && can(viewer, permission, { courseId: scopeId }) ? [scopeId] : [],
    );
}

/** Whether the viewer works on or oversees the course, and so sees it in any state. */
export function isStaff(viewer: SignedIn, courseId: string): boolean {
  return can(viewer, 'course:edit', { courseId }) || can(viewer, 'course:insights', { courseId });
}

/** The courses that the viewer works on or oversees, and so sees in any state. */
export function staffedCourses(viewer: SignedIn): 'ALL' | readonly string[] {
  const edited = coursesWith(viewer, 'course:edit');
  const overseen = coursesWith(viewer, 'course:insights');
  if (edited === 'ALL' || overseen === 'ALL') return 'ALL';
  return [...new Set([...edited, ...overseen])];
}

/**
 * Which courses of the organization exist for the viewer: published ones for all, archived ones for
 * those who take part, every one for its staff.
 */
export function visibleCourses(viewer: SignedIn): Prisma.CourseWhereInput {
  const own = staffedCourses(viewer);
  if (own === 'ALL') return {};
  return {
    OR: [
      { status: 'PUBLISHED' },
      {
        status: 'ARCHIVED',
        enrollments: { some: { learnerId: viewer.userId, status: { in: [...TAKING_PART] } } },
      },
      ...(own.length > 0 ? [{ id: { in: [...own] } }] : []),
    ],
  };
}

/**
 * @throws PERMISSION_DENIED; NOT_FOUND when the course is not there for the viewer at all
 */
export function requireOnCourse(
  viewer: SignedIn,
  permission: Permission,
  course: { id: string; status: string } | null,
  what = 'Course',
): void {
  if (course && can(viewer, permission, { courseId: course.id })) return;
  if (course && (course.status === 'PUBLISHED' || isStaff(viewer, course.id))) {
    throw permissionDenied(permission);
  }
  throw notFound(what);
}

/** @throws CONFLICT when the course takes nobody in at the moment */
export function requireOpen(course: { status: string }): void {
  if (course.status !== 'PUBLISHED') {
    throw conflict('NOT_PUBLISHED', 'This course takes nobody in: it is not published.');
  }
}
