import type { RequestContext } from '@lyceum/platform/context';
import { PageArgs } from '@lyceum/platform/pagination';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Args, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type {
  Course as CourseRow,
  CourseStaff as StaffRow,
} from '../../generated/prisma/client.js';
import type { CatalogService } from '../catalog/catalog.service.js';
import { CourseConnection, type CoursePage } from '../catalog/catalog.types.js';
import { isStaff } from '../course/course.access.js';
import { Course } from '../course/course.types.js';
import { User } from '../enrollment/enrollment.types.js';
import type { StaffLoaders } from './staff.loaders.js';
import type { StaffService } from './staff.service.js';
import { AddCourseStaffInput, CourseStaff, RemoveCourseStaffInput } from './staff.types.js';

@Resolver(() => Course)
export class StaffResolver {
  constructor(
    private readonly service: StaffService,
    private readonly loaders: StaffLoaders,
  ) {}

  @Directive('@listSize(assumedSize: 5)')
  @FieldResolver(() => [CourseStaff], {
    description:
      'Who teaches the course and who assists, instructors first, at most 100; empty when only administrators look after it.',
  })
  staff(@Root() course: CourseRow, @Ctx() context: RequestContext): Promise<StaffRow[]> {
    return context.loader(this.loaders.ofCourses).load(course.id);
  }

  @Mutation(() => Course, {
    description:
      'Gives a person of the organization a role in a course; giving it twice is no error. It holds at once. Requires `course:staff` in the course. Errors: PERMISSION_DENIED; NOT_FOUND (Course, User); CONFLICT (LAST_INSTRUCTOR when its only instructor would not be one any more; TOO_MANY_STAFF at 100 people).',
  })
  async addCourseStaff(
    @Arg('input', () => AddCourseStaffInput, { description: 'Whom, and where.' })
    input: AddCourseStaffInput,
    @Ctx() context: RequestContext,
  ): Promise<CourseRow> {
    const course = await this.service.add(requireSignedIn(context.viewer), input);
    context.loader(this.loaders.ofCourses).clear(course.id);
    return course;
  }

  @Mutation(() => Course, {
    description:
      'Ends the role of a person in a course, also one given by `assignRole`: what it opened closes within seconds, live too. Requires `course:staff` in the course. Errors: PERMISSION_DENIED; NOT_FOUND (Course, CourseStaff); CONFLICT (LAST_INSTRUCTOR: only who administers all courses may leave one without).',
  })
  async removeCourseStaff(
    @Arg('input', () => RemoveCourseStaffInput, { description: 'Whose, and where.' })
    input: RemoveCourseStaffInput,
    @Ctx() context: RequestContext,
  ): Promise<CourseRow> {
    const course = await this.service.remove(requireSignedIn(context.viewer), input);
    context.loader(this.loaders.ofCourses).clear(course.id);
    return course;
  }
}

@Resolver(() => CourseStaff)
export class CourseStaffResolver {
  @FieldResolver(() => User, { description: 'The person.' })
  user(@Root() { userId }: StaffRow): User {
    return { id: userId };
  }

  @FieldResolver(() => User, {
    name: 'addedBy',
    nullable: true,
    description:
      'Who gave them the role; null when that is not known, and for those who have no role in the course themselves.',
  })
  addedByUser(
    @Root() { courseId, addedBy }: StaffRow,
    @Ctx() { viewer }: RequestContext,
  ): User | null {
    return addedBy !== null && isStaff(requireSignedIn(viewer), courseId) ? { id: addedBy } : null;
  }
}

@Resolver(() => User)
export class TaughtCoursesResolver {
  constructor(private readonly catalogs: CatalogService) {}

  @FieldResolver(() => CourseConnection, {
    description:
      'The courses in which the person has a role, as far as the viewer can see them: drafts and archived ones for those who teach or oversee them. Newest first.',
  })
  taughtCourses(
    @Root() { id }: User,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
  ): Promise<CoursePage<CourseRow>> {
    const viewer = requireSignedIn(context.viewer);
    const filter = { search: null, language: null, category: null, tags: [], staffedBy: id };
    return this.catalogs.find(viewer, { ...filter, publishedOnly: false }, page);
  }
}
