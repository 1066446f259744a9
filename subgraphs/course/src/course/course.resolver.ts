import type { RequestContext } from '@lyceum/platform/context';
import { parseInput } from '@lyceum/platform/input';
import { requirePermission, requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Course as CourseRow } from '../../generated/prisma/client.js';
import { courseChanges, newCourse } from './course.input.js';
import type { CourseService } from './course.service.js';
import { Course, CreateCourseInput, UpdateCourseInput } from './course.types.js';

@Resolver(() => Course)
export class CourseResolver {
  constructor(private readonly courses: CourseService) {}

  @Query(() => Course, {
    nullable: true,
    description:
      'A course of the organization by id or slug; null when there is none, or not for you (drafts are for those who edit them, archived courses for those who take part).',
  })
  course(
    @Arg('id', () => ID, { nullable: true, description: 'Either this or `slug`.' })
    id: string | null,
    @Arg('slug', () => String, { nullable: true, description: 'Either this or `id`.' })
    slug: string | null,
    @Ctx() context: RequestContext,
  ) {
    return this.courses.byIdOrSlug(context, { id, slug });
  }

  @FieldResolver(() => Int, {
    description: 'How many have a seat: everyone who takes part or has completed it.',
  })
  enrolledCount(@Root() course: CourseRow) {
    return course.seatsTaken;
  }

  @Mutation(() => Course, {
    description:
      'Creates a course with an empty draft; you teach it from now on. Takes course:create.',
  })
  async createCourse(
    @Arg('input', () => CreateCourseInput, { description: 'The new course.' })
    input: CreateCourseInput,
    @Ctx() context: RequestContext,
  ) {
    const viewer = requirePermission(context.viewer, 'course:create');
    const course = await this.courses.create(viewer, parseInput(newCourse, withoutUnset(input)));
    context.grant({ role: 'INSTRUCTOR', scope: 'COURSE', scopeId: course.id });
    return course;
  }

  @Mutation(() => Course, {
    description:
      'Changes what is said of a course (not what it teaches); holds at once, for learners too. Takes course:edit.',
  })
  updateCourse(
    @Arg('input', () => UpdateCourseInput, { description: 'What to change.' })
    input: UpdateCourseInput,
    @Ctx() context: RequestContext,
  ) {
    const viewer = requireSignedIn(context.viewer);
    const { courseId, ...changes } = input;
    return this.courses.update(viewer, courseId, parseInput(courseChanges, changes));
  }

  @Mutation(() => Course, {
    description: 'Takes a course out of the catalogue. Takes course:publish.',
  })
  archiveCourse(
    @Arg('courseId', () => ID, { description: 'The course.' }) courseId: string,
    @Ctx() context: RequestContext,
  ) {
    return this.courses.archive(requireSignedIn(context.viewer), courseId);
  }

  @Mutation(() => Course, {
    description:
      'Puts an archived course back into the catalogue, and lets in those who waited for it or paid meanwhile. Takes course:publish.',
  })
  restoreCourse(
    @Arg('courseId', () => ID, { description: 'The course.' }) courseId: string,
    @Ctx() context: RequestContext,
  ) {
    return this.courses.restore(requireSignedIn(context.viewer), courseId);
  }
}

/** For inputs whose defaults live in the schema of the values: an explicit null means "not given". */
function withoutUnset(input: object): object {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value != null));
}
