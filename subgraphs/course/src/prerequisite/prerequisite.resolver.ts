import type { RequestContext } from '@lyceum/platform/context';
import { requireSignedIn } from '@lyceum/platform/permissions';
import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  Resolver,
  Root,
} from 'type-graphql';
import type { Course as CourseRow } from '../../generated/prisma/client.js';
import type { CourseService } from '../course/course.service.js';
import { Course } from '../course/course.types.js';
import type { PrerequisiteService } from './prerequisite.service.js';

@InputType({ description: 'What must be completed before a course.' })
export class SetPrerequisitesInput {
  @Field(() => ID, { description: 'The course.' })
  courseId!: string;

  @Field(() => [ID], { description: 'At most 20 other courses, all of them; empty for none.' })
  prerequisiteIds!: string[];
}

@Resolver(() => Course)
export class PrerequisiteResolver {
  constructor(
    private readonly service: PrerequisiteService,
    private readonly courses: CourseService,
  ) {}

  @Directive('@listSize(assumedSize: 2)')
  @FieldResolver(() => [Course], {
    description:
      'What must be completed before enrolling; without courses that are not there for the viewer.',
  })
  async prerequisites(@Root() course: CourseRow, @Ctx() context: RequestContext) {
    const ids = await this.service.idsOf(course.id, context);
    const courses = await Promise.all(ids.map((id) => this.courses.load(id, context)));
    return courses.filter((found) => found !== null);
  }

  @Mutation(() => Course, {
    description:
      'Says what must be completed before a course; holds at once, not for those already in it. Takes course:edit. CONFLICT (CYCLE) when a course would come before itself; extensions.courseIds shows how.',
  })
  setPrerequisites(
    @Arg('input', () => SetPrerequisitesInput, { description: 'The course and what it takes.' })
    input: SetPrerequisitesInput,
    @Ctx() context: RequestContext,
  ) {
    const viewer = requireSignedIn(context.viewer);
    return this.service.set(viewer, input.courseId, input.prerequisiteIds);
  }
}
