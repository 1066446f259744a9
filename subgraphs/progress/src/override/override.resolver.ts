import type { RequestContext } from '@lyceum/platform/context';
import { parseInput } from '@lyceum/platform/input';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { CourseProgressRow } from '../course-progress/course-progress.rows.js';
import { CourseProgress } from '../course-progress/course-progress.types.js';
import { reasonText, uuid } from '../input.js';
import { MAX_ATTEMPTS_PER_GRANT } from '../quiz-progress/attempts-allowed.rules.js';
import { QuizProgress } from '../quiz-progress/quiz-progress.types.js';
import type { OverrideService } from './override.service.js';
import { CompleteTopicForInput, GrantAttemptsInput } from './override.types.js';

const attemptsToGrant = z.object({
  enrollmentId: uuid,
  blockId: uuid,
  attempts: z.int().min(1).max(MAX_ATTEMPTS_PER_GRANT),
  reason: reasonText,
});
const topicToComplete = z.object({ enrollmentId: uuid, topicId: uuid, reason: reasonText });

@Resolver(() => QuizProgress)
export class OverrideResolver {
  constructor(private readonly service: OverrideService) {}

  @Mutation(() => QuizProgress, {
    description:
      'Grants a learner further attempts at a quiz, on top of what its author allows; the learner is notified. Each call adds attempts: send an idempotency key to be able to retry. Requires permission `progress:override` for the course. Errors: NOT_FOUND; PERMISSION_DENIED; BAD_USER_INPUT, also with reason NOT_A_QUIZ; CONFLICT with reason ATTEMPTS_UNLIMITED, TOO_MANY_GRANTED (more than 1,000 for one quiz) or WITHDRAWN.',
  })
  async grantAttempts(
    @Arg('input', () => GrantAttemptsInput, { description: 'Quiz, learner, number and reason.' })
    input: GrantAttemptsInput,
    @Ctx() context: RequestContext,
  ): Promise<QuizProgress> {
    const viewer = requireSignedIn(context.viewer);
    return this.service.grantAttempts(viewer, parseInput(attemptsToGrant, input));
  }

  @Mutation(() => CourseProgress, {
    description:
      'Completes a topic for a learner, whatever its completion rule is, and with it lesson, module and course; attempts and their results stay as they are, and the learner is notified. A topic that is complete already stays as it is. Requires permission `progress:override` for the course. Errors: NOT_FOUND; PERMISSION_DENIED; BAD_USER_INPUT; CONFLICT with reason WITHDRAWN.',
  })
  async completeTopicFor(
    @Arg('input', () => CompleteTopicForInput, { description: 'Topic, learner and reason.' })
    input: CompleteTopicForInput,
    @Ctx() context: RequestContext,
  ): Promise<CourseProgressRow> {
    const viewer = requireSignedIn(context.viewer);
    return this.service.completeTopicFor(viewer, parseInput(topicToComplete, input));
  }
}
