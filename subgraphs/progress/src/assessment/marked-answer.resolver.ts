import { answerFeedbackId } from '@lyceum/events/answer-feedback';
import type { RequestContext } from '@lyceum/platform/context';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { AssessmentAttempt as AttemptRow } from '../../generated/prisma/client.js';
import { AnswerFeedback } from './answer-feedback.reference.js';
import { MarkedAnswer } from './assessment.types.js';
import type { FeedbackLoaders } from './feedback.loaders.js';
import type { MarkedAnswer as Marked } from './marking.rules.js';

/** As attempts hold it; those from before what was chosen was kept lack the two parts. */
type StoredAnswer = Omit<Marked, 'choiceIds' | 'answered'> &
  Partial<Pick<Marked, 'choiceIds' | 'answered'>>;
/** A marked answer together with the attempt that it is part of. */
export type AnswerOfAttempt = StoredAnswer & { readonly attempt: AttemptRow };

export function answersOf(attempt: AttemptRow): AnswerOfAttempt[] {
  return (attempt.answers as unknown as StoredAnswer[]).map((one) => ({ ...one, attempt }));
}

@Resolver(() => MarkedAnswer)
export class MarkedAnswerResolver {
  constructor(private readonly loaders: FeedbackLoaders) {}

  @FieldResolver(() => AnswerFeedback, {
    nullable: true,
    description:
      'What the author of the quiz says of the answer, with hints and solution. Null for a question left out, while `QuizBlock.showFeedback` holds it back, when the course no longer has the quiz, and while its content is closed to the viewer.',
  })
  async feedback(
    @Root() { attempt, ...answer }: AnswerOfAttempt,
    @Ctx() context: RequestContext,
  ): Promise<AnswerFeedback | null> {
    const answered = answer.answered ?? answer.response !== '';
    if (!answered || !(await this.loaders.isOpen(attempt, context))) return null;
    return {
      id: answerFeedbackId({
        courseId: attempt.courseId,
        versionNumber: attempt.structureVersion,
        blockId: attempt.blockId,
        questionId: answer.questionId,
        correct: answer.correct,
        choiceIds: answer.choiceIds ?? null,
      }),
    };
  }
}
