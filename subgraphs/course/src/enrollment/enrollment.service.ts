import type { Clock } from '@lyceum/platform/clock';
import type { RequestContext } from '@lyceum/platform/context';
import { badInput, conflict, notFound, permissionDenied } from '@lyceum/platform/errors';
import { isId } from '@lyceum/platform/ids';
import { can } from '@lyceum/platform/permissions';
import { settle } from '@lyceum/platform/settle';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Enrollment } from '../../generated/prisma/client.js';
import { requireOnCourse, requireOpen } from '../course/course.access.js';
import type { CourseService } from '../course/course.service.js';
import type { CourseDatabase } from '../service-types.js';
import type { Admission, Admitted } from './admission.js';
import { withdrawalOf } from './enrollment.rules.js';
import type { SeatKeeper } from './seat-keeper.js';

export class EnrollmentService {
  constructor(
    private readonly database: CourseDatabase,
    private readonly courses: CourseService,
    private readonly seats: SeatKeeper,
    private readonly admission: Admission,
    private readonly clock: Clock,
  ) {}

  /** Enrolls the viewer, or the learner named by someone who may manage enrollments. */
  async enroll(
    viewer: SignedIn,
    context: RequestContext,
    input: { courseId: string; learnerId?: string | null },
  ): Promise<Admitted> {
    const { courseId } = input;
    const learnerId = input.learnerId ?? viewer.userId;
    const byStaff =
      input.learnerId != null && can(viewer, 'enrollment:manage', { courseId: input.courseId });
    const visible = await this.courses.load(courseId, context);
    if (!visible) throw notFound('Course');
    if (learnerId !== viewer.userId) {
      requireOnCourse(viewer, 'enrollment:manage', visible);
      await this.#requirePerson(viewer, learnerId);
    }
    return this.database.transaction(viewer, async (tx) => {
      const course = await this.seats.lock(tx, courseId);
      if (!course) throw notFound('Course');
      requireOpen(course);
      return this.admission.request(tx, course, learnerId, byStaff ? 'STAFF' : 'SELF');
    });
  }

  /**
   * @param leftAt when they left, for staff who enter it later; now when null
   * @throws NOT_FOUND; BAD_USER_INPUT (IN_FUTURE); PERMISSION_DENIED for learners who say when;
   *   CONFLICT (COMPLETED) when there is nothing left to withdraw from
   */
  async withdraw(
    viewer: SignedIn,
    enrollmentId: string,
    leftAt: Date | null = null,
  ): Promise<Enrollment> {
    if (!isId(enrollmentId)) throw notFound('Enrollment');
    const now = this.clock.now();
    if (leftAt && leftAt > now) {
      throw badInput(['leftAt'], 'IN_FUTURE', 'Nobody can have left in the future.');
    }
    return this.database.transaction(viewer, async (tx) => {
      const where = { id: enrollmentId };
      // Whose enrollment it is, and in what, never changes: asked before anything is locked.
      const found = await tx.prisma.enrollment.findFirst({ where });
      if (!found) throw notFound('Enrollment');
      this.#requireWithdrawal(viewer, found, leftAt);
      const course = await this.seats.lock(tx, found.courseId);
      // Read again, now that nobody else can change its status.
      const enrollment = await tx.prisma.enrollment.findFirst({ where });
      if (!course || !enrollment) throw notFound('Enrollment');
      const withdrawal = withdrawalOf(enrollment.status);
      if (withdrawal === 'NOTHING') return enrollment;
      if (withdrawal === 'REFUSED') {
        throw conflict('COMPLETED', 'The course is completed: there is nothing to withdraw from.');
      }
      return this.seats.withdraw(tx, course, enrollment, withdrawal, leftAt ?? now);
    });
  }

  #requireWithdrawal(
    viewer: SignedIn,
    { learnerId, courseId }: Enrollment,
    leftAt: Date | null,
  ): void {
    const isOwn = learnerId === viewer.userId;
    // When somebody left decides which activity still counts, so it is not for learners to say.
    if ((isOwn && leftAt === null) || can(viewer, 'enrollment:manage', { courseId })) return;
    if (isOwn || can(viewer, 'course:insights', { courseId })) {
      throw permissionDenied('enrollment:manage');
    }
    throw notFound('Enrollment');
  }

  /** Only people of the organization can be enrolled; someone who registered just now is waited for. */
  async #requirePerson(viewer: SignedIn, id: string): Promise<void> {
    const people = await settle(isId(id) ? [id] : [], async (ids) => {
      const found = await this.database
        .of(viewer)
        .person.findMany({ where: { id: { in: [...ids] } } });
      return new Map(found.map((person) => [person.id, person]));
    });
    if (!people.has(id)) {
      throw badInput(['input', 'learnerId'], 'UNKNOWN', 'Nobody of the organization has this id.');
    }
  }
}
