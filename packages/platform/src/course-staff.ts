import type { EventDefinition } from '@lyceum/events/define';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { on, type ConsumerTransaction } from './consumers.js';
import type { Database, PrismaClientLike } from './database.js';
import type { RequestContext } from './context.js';
import { can } from './permissions.js';
import type { RoleAssignment, SignedIn, Viewer } from './viewer.js';

export type StaffRole = 'INSTRUCTOR' | 'TEACHING_ASSISTANT';

/**
 * Reads who teaches what from the service's table `course_staff`, as roles in those courses. It asks
 * nothing for those it cannot matter to: administrators hold everything already, and who holds no role
 * in the organization any more gets none from a course either.
 */
export function staffGrants<C extends PrismaClientLike>(database: Database<C>) {
  return async (viewer: SignedIn): Promise<readonly RoleAssignment[]> => {
    // Annotated, so that the compiler does not take `viewer` for anonymous where it is false.
    const administers: boolean = can(viewer, 'role:assign');
    if (viewer.roles.length === 0 || administers) return [];
    const rows = await database.of(viewer).$queryRaw<{ courseId: string; role: StaffRole }[]>`
      SELECT course_id AS "courseId", role FROM course_staff
      WHERE user_id = ${viewer.userId}::uuid AND organization_id = ${viewer.organizationId}::uuid
        AND role IS NOT NULL`;
    return rows.map(({ courseId, role }) => ({ role, scope: 'COURSE', scopeId: courseId }));
  };
}

/** For services where it seldom matters: the viewer with what they teach, read when first asked for. */
export function teachingViewer<C extends PrismaClientLike>(database: Database<C>) {
  const grants = staffGrants(database);
  const batch = (viewers: readonly SignedIn[]) => Promise.all(viewers.map(grants));
  return async (context: RequestContext): Promise<Viewer> => {
    const { viewer } = context;
    if (viewer.kind !== 'person') return viewer;
    const more = await context.loader<SignedIn, readonly RoleAssignment[]>(batch).load(viewer);
    return { ...viewer, roles: [...viewer.roles, ...more] };
  };
}

interface Place {
  courseId: string;
  userId: string;
}

/**
 * Keeps a copy of who teaches what, for services that decide by it and are not the course service.
 *
 * @param added the event that says what a person does in a course from now on
 * @param removed the event that says that they do nothing in it any more
 */
export function staffConsumers(
  added: EventDefinition<Place & { role: StaffRole }>,
  removed: EventDefinition<Place>,
) {
  return [
    on(added, (event, tx) => keep(event, event.data.role, tx)),
    on(removed, (event, tx) => keep(event, null, tx)),
  ];
}

/**
 * Who was removed stays as a row without a role: an event that was set aside and comes again later
 * must not bring them back.
 */
async function keep(
  { organizationId, time, data }: EventEnvelope<Place>,
  role: StaffRole | null,
  tx: ConsumerTransaction,
): Promise<void> {
  await tx.prisma.$executeRaw`
    INSERT INTO course_staff (course_id, user_id, organization_id, role, said_at)
    VALUES (${data.courseId}::uuid, ${data.userId}::uuid, ${organizationId}::uuid, ${role},
      ${time}::timestamptz)
    ON CONFLICT (course_id, user_id) DO UPDATE SET role = excluded.role, said_at = excluded.said_at
    WHERE course_staff.said_at <= excluded.said_at
      AND course_staff.organization_id = excluded.organization_id`;
}
