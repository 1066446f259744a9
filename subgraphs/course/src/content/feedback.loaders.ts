import { readAnswerFeedbackId, type AnsweredQuestion } from '@lyceum/events/answer-feedback';
import type { RequestContext } from '@lyceum/platform/context';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { isStaff } from '../course/course.access.js';
import type { EnrollmentLoaders } from '../enrollment/enrollment.loaders.js';
import type { CourseDatabase } from '../service-types.js';
import type { QuizFeedback } from './block-content.js';
import { lockOf } from './content.rules.js';
import { answerFeedback } from './feedback.rules.js';
import type { AnswerFeedback } from './feedback.types.js';
import { resolveMediaInHtml, type MediaUrl } from './media-url.js';

type OfVersion = Pick<AnsweredQuestion, 'courseId' | 'versionNumber' | 'blockId'>;

const keyOf = ({ courseId, versionNumber, blockId }: OfVersion) =>
  `${courseId} ${versionNumber} ${blockId}`;

/** Feedback of answers that progress refers to, read in batches: one for all answers of a request. */
export class FeedbackLoaders {
  constructor(
    private readonly database: CourseDatabase,
    private readonly enrollments: EnrollmentLoaders,
    private readonly mediaUrl: MediaUrl,
  ) {}

  /**
   * Progress names an answer only once its feedback may be shown. Here it is seen by those alone to
   * whom the course's content is open; for anybody else it is null.
   */
  async load(id: string, context: RequestContext): Promise<AnswerFeedback | null> {
    const { viewer } = context;
    const answer = readAnswerFeedbackId(id);
    if (!answer || viewer.kind !== 'person') return null;
    if (!isStaff(viewer, answer.courseId)) {
      const enrollment = await this.enrollments.own(answer.courseId, context);
      if (lockOf(enrollment?.status ?? null)) return null;
    }
    const quiz = await context.loader(this.#ofVersions).load(keyOf(answer));
    if (!quiz) return null;
    const shown = (html: string) => resolveMediaInHtml(html, viewer.organizationId, this.mediaUrl);
    return answerFeedback(id, answer, quiz[answer.questionId], shown);
  }

  readonly #ofVersions = async (
    keys: readonly string[],
    { viewer }: RequestContext,
  ): Promise<(QuizFeedback | null)[]> => {
    const wanted = keys.map((key) => key.split(' ') as [string, string, string]);
    const rows = await this.database.of(requireSignedIn(viewer)).block.findMany({
      where: {
        id: { in: wanted.map(([, , blockId]) => blockId) },
        courseId: { in: wanted.map(([courseId]) => courseId) },
        version: { number: { in: wanted.map(([, number]) => Number(number)) } },
      },
      select: { id: true, courseId: true, feedback: true, version: { select: { number: true } } },
    });
    const found = new Map(
      rows.map(({ id: blockId, courseId, version, feedback }) => [
        keyOf({ courseId, versionNumber: version.number!, blockId }),
        (feedback ?? {}) as unknown as QuizFeedback,
      ]),
    );
    return keys.map((key) => found.get(key) ?? null);
  };
}
