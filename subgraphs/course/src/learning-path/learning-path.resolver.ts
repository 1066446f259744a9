import type { RequestContext } from '@lyceum/platform/context';
import { parseInput } from '@lyceum/platform/input';
import { PageArgs } from '@lyceum/platform/pagination';
import { requirePermission, requireSignedIn } from '@lyceum/platform/permissions';
import { DateTime } from '@lyceum/platform/scalars';
import {
  Arg,
  Args,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { z } from 'zod';
import type { LearningPath as Row } from '../../generated/prisma/client.js';
import type { CourseService } from '../course/course.service.js';
import { Course } from '../course/course.types.js';
import type { LearningPathService } from './learning-path.service.js';
import {
  CreateLearningPathInput,
  LearningPath,
  LearningPathConnection,
  LearningPathJoined,
  SetLearningPathCoursesInput,
} from './learning-path.types.js';

const newLearningPath = z.object({
  title: z.string().trim().min(1).max(300),
  summary: z
    .string()
    .trim()
    .max(5_000)
    .nullish()
    .transform((text) => text ?? ''),
});

@Resolver(() => LearningPath)
export class LearningPathResolver {
  constructor(
    private readonly paths: LearningPathService,
    private readonly courseService: CourseService,
  ) {}

  @Query(() => LearningPath, {
    nullable: true,
    description: 'A learning path; null when there is none, or not for you.',
  })
  learningPath(
    @Arg('id', () => ID, { description: 'Id of the learning path.' }) id: string,
    @Ctx() context: RequestContext,
  ) {
    requireSignedIn(context.viewer);
    return this.paths.load(id, context);
  }

  @Query(() => LearningPathConnection, {
    description:
      'The published learning paths of the organization, newest first; drafts too for those who manage them.',
  })
  learningPaths(@Args(() => PageArgs) page: PageArgs, @Ctx() { viewer }: RequestContext) {
    return this.paths.list(requireSignedIn(viewer), page);
  }

  @Mutation(() => LearningPath, {
    description: 'Creates a learning path. Takes learning-path:manage.',
  })
  createLearningPath(
    @Arg('input', () => CreateLearningPathInput, { description: 'The new learning path.' })
    input: CreateLearningPathInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    const manager = requirePermission(viewer, 'learning-path:manage');
    return this.paths.create(manager, parseInput(newLearningPath, input));
  }

  @Mutation(() => LearningPath, {
    description:
      'Sets the courses of a learning path; holds at once when it is published. Takes learning-path:manage.',
  })
  setLearningPathCourses(
    @Arg('input', () => SetLearningPathCoursesInput, { description: 'Path and courses.' })
    input: SetLearningPathCoursesInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    const manager = requirePermission(viewer, 'learning-path:manage');
    return this.paths.setCourses(manager, input.learningPathId, input.courseIds);
  }

  @Mutation(() => LearningPath, {
    description:
      'Opens a learning path to learners. Takes learning-path:manage. CONFLICT (EMPTY) without courses.',
  })
  publishLearningPath(
    @Arg('id', () => ID, { description: 'The learning path.' }) id: string,
    @Ctx() { viewer }: RequestContext,
  ) {
    return this.paths.publish(requirePermission(viewer, 'learning-path:manage'), id);
  }

  @Mutation(() => LearningPathJoined, {
    description:
      'Takes up a learning path, and enrolls in those of its courses that are open to the viewer. Asking again tries again.',
  })
  joinLearningPath(
    @Arg('id', () => ID, { description: 'The learning path.' }) id: string,
    @Ctx() { viewer }: RequestContext,
  ) {
    return this.paths.join(requireSignedIn(viewer), id);
  }

  @Directive('@listSize(assumedSize: 5)')
  @FieldResolver(() => [Course], {
    description: 'Its courses in order; without those that are not there for the viewer.',
  })
  async courses(@Root() path: Row, @Ctx() context: RequestContext) {
    const ids = await this.paths.courseIds(path.id, context);
    const courses = await Promise.all(ids.map((id) => this.courseService.load(id, context)));
    return courses.filter((course) => course !== null);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When the viewer joined it; null when they did not.',
  })
  joinedAt(@Root() path: Row, @Ctx() context: RequestContext) {
    return this.paths.joinedAt(path.id, context);
  }
}
