import type { RequestContext } from '@lyceum/platform/context';
import { parseInput } from '@lyceum/platform/input';
import { can, requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { z } from 'zod';
import type { Course as CourseRow } from '../../generated/prisma/client.js';
import { isStaff } from '../course/course.access.js';
import { Course, CourseVersion } from '../course/course.types.js';
import type { PublishingService } from './publishing.service.js';

const publishNotes = z.string().trim().max(2_000).nullable();

@Resolver(() => Course)
export class PublishingResolver {
  constructor(private readonly publishing: PublishingService) {}

  @Mutation(() => Course, {
    description:
      'Makes the draft what learners see, as a new version. Takes course:publish. CONFLICT (NOT_PUBLISHABLE) lists in extensions.obstacles what is in the way: { path, reason }.',
  })
  publishCourse(
    @Arg('courseId', () => ID, { description: 'The course.' }) courseId: string,
    @Arg('notes', () => String, {
      nullable: true,
      description: 'What changed, for the publish log; at most 2,000 characters.',
    })
    notes: string | null,
    @Ctx() context: RequestContext,
  ) {
    return this.publishing.publish(
      requireSignedIn(context.viewer),
      courseId,
      parseInput(publishNotes, notes ?? null, 'notes'),
    );
  }

  @FieldResolver(() => [CourseVersion], {
    nullable: true,
    description: 'The publish log, latest first; null for those who neither edit nor oversee it.',
  })
  versions(@Root() course: CourseRow, @Ctx() context: RequestContext) {
    const { viewer } = context;
    if (viewer.kind !== 'person' || !isStaff(viewer, course.id)) return null;
    return this.publishing.versions(course.id, context);
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether the draft differs from what learners see; null without course:edit.',
  })
  hasUnpublishedChanges(@Root() course: CourseRow, @Ctx() context: RequestContext) {
    if (!can(context.viewer, 'course:edit', { courseId: course.id })) return null;
    return this.publishing.hasUnpublishedChanges(course, context);
  }
}
