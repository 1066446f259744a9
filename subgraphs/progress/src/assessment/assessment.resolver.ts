import type { RequestContext } from '@lyceum/platform/context';
import { isId } from '@lyceum/platform/ids';
import { parseInput } from '@lyceum/platform/input';
import { requireSignedIn } from '@lyceum/platform/permissions';
import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Resolver,
  Root,
} from 'type-graphql';
import { z } from 'zod';
import type { AssessmentAttempt as AttemptRow } from '../../generated/prisma/client.js';
import { User } from '../certificate/user.reference.js';
import type { CourseProgressLoaders } from '../course-progress/course-progress.loaders.js';
import type { CourseProgressRow } from '../course-progress/course-progress.rows.js';
import { requireProgress } from '../course-progress/course-progress.service.js';
import { CourseProgress } from '../course-progress/course-progress.types.js';
import { Enrollment } from '../course-progress/enrollment.reference.js';
import { typedText, uuid } from '../input.js';
import { Topic } from '../topic-progress/topic.reference.js';
import type { AssessmentLoaders } from './assessment.loaders.js';
import type { AssessmentService } from './assessment.service.js';
import { AssessmentAttempt, MarkedAnswer, SubmitAnswerInput } from './assessment.types.js';
import { answersOf, type AnswerOfAttempt } from './marked-answer.resolver.js';

const submission = z.object({
  enrollmentId: uuid,
  blockId: uuid,
  submissionId: uuid.nullish().transform((id) => id ?? null),
  answers: z
    .array(
      z.object({
        questionId: z.string().max(200),
        choiceIds: z
          .array(z.string().max(200))
          .max(200)
          .nullish()
          .transform((ids) => ids ?? []),
        text: typedText(5_000)
          .nullish()
          .transform((text) => text ?? null),
        number: z
          .number()
          .nullish()
          .transform((number) => number ?? null),
      }),
    )
    .max(500),
});

@Resolver(() => AssessmentAttempt)
export class AssessmentResolver {
  constructor(
    private readonly service: AssessmentService,
    private readonly progressLoaders: CourseProgressLoaders,
  ) {}

  @Mutation(() => AssessmentAttempt, {
    description:
      'Hands in a quiz and has it marked. A quiz that is passed, or that only has to be submitted, may complete its topic, and with it lesson, module and course. Errors: NOT_FOUND; PERMISSION_DENIED for those who may only see the enrollment; CONFLICT with reason NO_ATTEMPTS_LEFT, WITHDRAWN or SUBMISSION_ID_REUSED; BAD_USER_INPUT with reason UNKNOWN_QUESTION, ANSWERED_TWICE or UNKNOWN_CHOICE.',
  })
  async submitAnswer(
    @Arg('input', () => SubmitAnswerInput, { description: 'The quiz and the answers.' })
    input: SubmitAnswerInput,
    @Ctx() context: RequestContext,
  ): Promise<AttemptRow> {
    const viewer = requireSignedIn(context.viewer);
    return this.service.submit(viewer, parseInput(submission, input));
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description:
      'How many attempts were left after this one, by what was allowed at the time, granted ones included; null when there is no limit. How many are left now is in `QuizProgress.attemptsLeft`.',
  })
  attemptsLeft(@Root() row: AttemptRow): number | null {
    return row.attemptsAllowed === null ? null : Math.max(0, row.attemptsAllowed - row.number);
  }

  @Directive('@listSize(assumedSize: 5)')
  @FieldResolver(() => [MarkedAnswer], {
    description: 'Question by question, in the order of the quiz.',
  })
  answers(@Root() row: AttemptRow): AnswerOfAttempt[] {
    return answersOf(row);
  }

  @FieldResolver(() => Topic, { description: 'The topic that the quiz is part of.' })
  topic(@Root() row: AttemptRow): Topic {
    return { id: row.topicId };
  }

  @FieldResolver(() => User, { description: 'Who answered.' })
  learner(@Root() row: AttemptRow): User {
    return { id: row.learnerId };
  }

  @FieldResolver(() => Enrollment, { description: 'The enrollment.' })
  enrollment(@Root() row: AttemptRow): Enrollment {
    return { id: row.enrollmentId };
  }

  @FieldResolver(() => CourseProgress, {
    description: 'How far the learner is in the course, as of now.',
  })
  async progress(
    @Root() row: AttemptRow,
    @Ctx() context: RequestContext,
  ): Promise<CourseProgressRow> {
    return requireProgress(this.progressLoaders, row.enrollmentId, context);
  }
}

@Resolver(() => Enrollment)
export class EnrollmentAttemptsResolver {
  constructor(
    private readonly loaders: AssessmentLoaders,
    private readonly progress: CourseProgressLoaders,
  ) {}

  @Directive('@listSize(assumedSize: 3)')
  @FieldResolver(() => [AssessmentAttempt], {
    description:
      'The attempts at a quiz, newest first, at most 100. For the learner, and for holders of course:insights.',
  })
  async attempts(
    @Root() enrollment: Enrollment,
    @Arg('blockId', () => ID, { description: 'The quiz block.' }) blockId: string,
    @Ctx() context: RequestContext,
  ): Promise<AttemptRow[]> {
    const row = await requireProgress(this.progress, enrollment.id, context);
    if (!isId(blockId)) return [];
    return context.loader(this.loaders.ofQuiz).load(`${row.id} ${blockId.toLowerCase()}`);
  }
}
