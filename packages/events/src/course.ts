import { z } from 'zod';
import { defineEvent, id, time } from './define.js';

/** What marks a question. It is in events between services alone and never in a learner's answer. */
export const answerKey = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('CHOICES'), choiceIds: z.array(z.string()) }),
  z.object({
    kind: z.literal('NUMERIC'),
    /** Accepted ranges, inclusive: a value with tolerance is value − t … value + t. */
    ranges: z.array(z.object({ minimum: z.number(), maximum: z.number() })),
  }),
  z.object({
    kind: z.literal('TEXT'),
    accepted: z.array(z.string()),
    caseSensitive: z.boolean(),
  }),
]);
export type AnswerKey = z.infer<typeof answerKey>;

export const questionKind = z.enum([
  'SINGLE_CHOICE',
  'MULTIPLE_CHOICE',
  'DROPDOWN',
  'NUMERIC',
  'TEXT',
]);

export const structureQuestion = z.object({
  id: z.string(),
  kind: questionKind,
  prompt: z.string(),
  points: z.number(),
  choices: z.array(z.object({ id: z.string(), text: z.string() })),
  key: answerKey,
});
export type StructureQuestion = z.infer<typeof structureQuestion>;

/** When learners see feedback, hints and solutions of a quiz; AFTER_SUBMISSION where nothing is said. */
export const showFeedback = z.enum(['NEVER', 'AFTER_SUBMISSION', 'WHEN_PASSED_OR_EXHAUSTED']);
export type ShowFeedback = z.infer<typeof showFeedback>;

/**
 * What of a quiz counts toward a topic with the rule QUIZ_SCORE. PASSED: an attempt reached the passing
 * percent. SUBMITTED: it was submitted, with any score. PASSED where nothing is said.
 */
export const quizCompletion = z.enum(['PASSED', 'SUBMITTED']);
export type QuizCompletion = z.infer<typeof quizCompletion>;

export const blockKind = z.enum(['PAGE', 'VIDEO', 'LINK', 'DOCUMENT', 'QUIZ']);

/** VIEW: every block of the topic was opened. QUIZ_SCORE: each quiz is complete by its `completion`. MANUAL: the learner says so. */
export const completionRule = z.enum(['VIEW', 'QUIZ_SCORE', 'MANUAL']);
export type CompletionRule = z.infer<typeof completionRule>;

export const structureTopic = z.object({
  id,
  title: z.string(),
  completionRule,
  blocks: z.array(
    z.object({
      id,
      kind: blockKind,
      title: z.string(),
      quiz: z
        .object({
          /** 0–100. */
          passingPercent: z.number(),
          /** null: as often as one likes. */
          attemptsAllowed: z.int().nullable(),
          completion: quizCompletion.optional(),
          showFeedback: showFeedback.optional(),
          questions: z.array(structureQuestion),
        })
        .nullable(),
    }),
  ),
});
export type StructureTopic = z.infer<typeof structureTopic>;

export const courseStructure = z.object({
  modules: z.array(
    z.object({
      id,
      title: z.string(),
      lessons: z.array(z.object({ id, title: z.string(), topics: z.array(structureTopic) })),
    }),
  ),
});
export type CourseStructure = z.infer<typeof courseStructure>;

export const coursePublished = defineEvent(
  'course.course.published.v1',
  'A new version of a course is what learners see from now on.',
  z.object({
    courseId: id,
    versionNumber: z.int(),
    slug: z.string(),
    title: z.string(),
    publishedAt: time,
    structure: courseStructure,
  }),
);

export const courseStatus = z.enum(['DRAFT', 'PUBLISHED', 'ARCHIVED']);

export const courseChanged = defineEvent(
  'course.course.changed.v1',
  'A course has another title or slug, was archived, or was restored; what it teaches is as it was. What is said of a course here or in `course.course.published.v1` holds until a later `time`.',
  z.object({ courseId: id, slug: z.string(), title: z.string(), status: courseStatus }),
);

export const staffRole = z.enum(['INSTRUCTOR', 'TEACHING_ASSISTANT']);

export const courseStaffAdded = defineEvent(
  'course.staff.added.v1',
  'A person teaches or assists in a course from now on, or does so in another role than before. `addedBy` is null when nobody of the course did it.',
  z.object({
    courseId: id,
    courseTitle: z.string(),
    userId: id,
    role: staffRole,
    addedBy: id.nullable(),
  }),
);

export const courseStaffRemoved = defineEvent(
  'course.staff.removed.v1',
  'A person has no role in a course any more; what it opened closes at once.',
  z.object({ courseId: id, userId: id, removedBy: id.nullable() }),
);

export const enrollmentSource = z.enum(['SELF', 'PURCHASE', 'STAFF', 'LEARNING_PATH', 'WAITLIST']);

const enrollment = { enrollmentId: id, courseId: id, courseTitle: z.string(), learnerId: id };

export const enrollmentCreated = defineEvent(
  'course.enrollment.created.v1',
  'A learner takes part in a course from now on (also when promoted from the waitlist).',
  z.object({ ...enrollment, source: enrollmentSource, enrolledAt: time }),
);

export const enrollmentWaitlisted = defineEvent(
  'course.enrollment.waitlisted.v1',
  'The course was full: the learner waits for a seat.',
  z.object({ ...enrollment, waitlistedAt: time }),
);

export const enrollmentWithdrawn = defineEvent(
  'course.enrollment.withdrawn.v1',
  'A learner left the course, or was taken out of it.',
  z.object({ ...enrollment, withdrawnAt: time }),
);

export const importUpdated = defineEvent(
  'course.import.updated.v1',
  'A course import went a step further, succeeded or failed.',
  z.object({
    importId: id,
    requestedBy: id,
    state: z.enum(['QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED']),
    percent: z.number(),
    courseId: id.nullable(),
  }),
);

export const learningPathPublished = defineEvent(
  'course.learning-path.published.v1',
  'The courses of a learning path, in their order, were set or changed.',
  z.object({ learningPathId: id, title: z.string(), courseIds: z.array(id) }),
);

export const learningPathJoined = defineEvent(
  'course.learning-path.joined.v1',
  'A learner took up a learning path.',
  z.object({ learningPathId: id, learnerId: id, joinedAt: time }),
);
