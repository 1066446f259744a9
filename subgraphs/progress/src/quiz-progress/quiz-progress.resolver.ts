import type { RequestContext } from '@lyceum/platform/context';
import { Arg, Ctx, Directive, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { CourseProgressLoaders } from '../course-progress/course-progress.loaders.js';
import type { CourseProgressRow } from '../course-progress/course-progress.rows.js';
import { requireProgress } from '../course-progress/course-progress.service.js';
import { CourseProgress } from '../course-progress/course-progress.types.js';
import { quizProgressOf, type QuizProgressLoaders } from './quiz-progress.loaders.js';
import { QuizProgress } from './quiz-progress.types.js';

@Resolver(() => CourseProgress)
export class CourseQuizzesResolver {
  constructor(
    private readonly loaders: QuizProgressLoaders,
    private readonly progress: CourseProgressLoaders,
  ) {}

  @Directive('@listSize(assumedSize: 5)')
  @FieldResolver(() => [QuizProgress], {
    description:
      "The learner's progress in each quiz of the course as it is published now, in the order of the course.",
  })
  async quizzes(
    @Root() row: CourseProgressRow,
    @Arg('blockId', () => ID, {
      nullable: true,
      description:
        'Only this quiz block: the list then has one entry, or none when the course has no such quiz.',
    })
    blockId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<QuizProgress[]> {
    const [outline, facts] = await Promise.all([
      context.loader(this.progress.outlines).load(row.courseId),
      context.loader(this.loaders.facts).load(row.id),
    ]);
    const wanted = blockId?.toLowerCase();
    return [...outline.quizById.values()]
      .filter((quiz) => wanted === undefined || quiz.blockId === wanted)
      .map((quiz) => quizProgressOf(row.id, quiz, facts));
  }
}

@Resolver(() => QuizProgress)
export class QuizProgressResolver {
  constructor(private readonly progress: CourseProgressLoaders) {}

  @FieldResolver(() => CourseProgress, {
    description: "The learner's progress in the course that the quiz is part of.",
  })
  courseProgress(
    @Root() { enrollmentId }: QuizProgress,
    @Ctx() context: RequestContext,
  ): Promise<CourseProgressRow> {
    return requireProgress(this.progress, enrollmentId, context);
  }
}
