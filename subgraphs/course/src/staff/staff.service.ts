import type { Clock } from '@lyceum/platform/clock';
import { badInput, conflict, notFound, permissionDenied } from '@lyceum/platform/errors';
import { isId } from '@lyceum/platform/ids';
import { can, permissionsOf } from '@lyceum/platform/permissions';
import { settle } from '@lyceum/platform/settle';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Course } from '../../generated/prisma/client.js';
import type { StaffRole } from '../../generated/prisma/enums.js';
import type { SeatKeeper } from '../enrollment/seat-keeper.js';
import type { CourseDatabase, Tx } from '../service-types.js';
import { leavesNone, MOST_STAFF } from './staff.rules.js';
import { staffWriter } from './staff.writer.js';

export class StaffService {
  constructor(
    private readonly database: CourseDatabase,
    private readonly seats: SeatKeeper,
    private readonly clock: Clock,
  ) {}

  /**
   * Gives a role in a course; giving it twice is no error.
   * @throws PERMISSION_DENIED, NOT_FOUND (Course, User), CONFLICT (LAST_INSTRUCTOR, TOO_MANY_STAFF)
   */
  async add(
    viewer: SignedIn,
    input: { courseId: string; userId: string; role: StaffRole },
  ): Promise<Course> {
    const { courseId, userId, role } = input;
    return this.database.transaction(viewer, async (tx) => {
      const course = await this.seats.lockAs(tx, viewer, 'course:staff', courseId);
      // Nobody grants more than they hold.
      const granted = permissionsOf({ role, scope: 'COURSE' });
      if (!granted.every((permission) => can(viewer, permission, { courseId }))) {
        throw permissionDenied('course:staff');
      }
      await this.#requirePerson(tx, userId);
      const staff = await this.#requireInstructorLeft(tx, viewer, courseId, { userId, role });
      if (staff.length >= MOST_STAFF && !staff.some((one) => one.userId === userId)) {
        throw conflict('TOO_MANY_STAFF', `At most ${MOST_STAFF} people have a role in a course.`);
      }
      await staffWriter.put(tx, course, { userId, role, addedBy: viewer.userId }, this.clock.now());
      return course;
    });
  }

  /**
   * Ends somebody's role in a course, or one's own.
   * @throws PERMISSION_DENIED, NOT_FOUND (Course, CourseStaff), CONFLICT (LAST_INSTRUCTOR)
   */
  async remove(viewer: SignedIn, input: { courseId: string; userId: string }): Promise<Course> {
    const { courseId, userId } = input;
    return this.database.transaction(viewer, async (tx) => {
      const course = await this.seats.lockAs(tx, viewer, 'course:staff', courseId);
      if (!isId(userId)) throw notFound('CourseStaff');
      await this.#requireInstructorLeft(tx, viewer, courseId, { userId, role: null });
      const removed = await staffWriter.remove(tx, courseId, { userId, removedBy: viewer.userId });
      if (!removed) throw notFound('CourseStaff');
      return course;
    });
  }

  /** Only who administers courses may leave one without an instructor. */
  async #requireInstructorLeft(
    tx: Tx,
    viewer: SignedIn,
    courseId: string,
    change: { userId: string; role: StaffRole | null },
  ) {
    const staff = await tx.prisma.courseStaff.findMany({ where: { courseId } });
    const administers: boolean = can(viewer, 'course:staff');
    if (!administers && leavesNone(staff, change)) {
      throw conflict('LAST_INSTRUCTOR', 'The course would be left without an instructor.');
    }
    return staff;
  }

  /** Someone who registered just now is waited for. */
  async #requirePerson(tx: Tx, id: string): Promise<void> {
    if (!isId(id)) throw badInput(['input', 'userId'], 'INVALID', 'This is no id.');
    const people = await settle([id], async (ids) => {
      const found = await tx.prisma.person.findMany({ where: { id: { in: [...ids] } } });
      return new Map(found.map((person) => [person.id, person]));
    });
    if (!people.has(id)) throw notFound('User');
  }
}
