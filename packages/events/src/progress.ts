import { z } from 'zod';
import { defineEvent, id, time } from './define.js';

export const completionState = z.enum(['INCOMPLETE', 'COMPLETE', 'COMPLETE_PASS', 'COMPLETE_FAIL']);

export const activityKind = z.enum(['VIEWED', 'INTERACTED', 'WATCHED', 'ANSWERED', 'COMPLETED']);

export const activityRecord = z.object({
  id,
  enrollmentId: id,
  learnerId: id,
  topicId: id,
  blockId: id.nullable(),
  kind: activityKind,
  /** When it happened for the learner; may be days before it was recorded. */
  occurredAt: time,
  /** How many interactions (clicks, say) the record sums up. */
  count: z.int(),
  durationSeconds: z.int(),
});
export type ActivityRecord = z.infer<typeof activityRecord>;

export const activitiesRecorded = defineEvent(
  'progress.activities.recorded.v1',
  'Activity of one or several learners in one course, new records only; the aggregate is the course.',
  z.object({ courseId: id, records: z.array(activityRecord) }),
);

const ofLearner = { enrollmentId: id, courseId: id, learnerId: id };

export const courseProgressChanged = defineEvent(
  'progress.course-progress.changed.v1',
  "A learner's progress in a course changed.",
  z.object({
    ...ofLearner,
    /** 0–100. */
    percent: z.number(),
    completedTopics: z.int(),
    totalTopics: z.int(),
    state: completionState,
    newlyCompletedTopicIds: z.array(id),
  }),
);

export const attemptSubmitted = defineEvent(
  'progress.attempt.submitted.v1',
  'A learner answered a quiz and it was marked.',
  z.object({
    ...ofLearner,
    attemptId: id,
    topicId: id,
    blockId: id,
    number: z.int(),
    score: z.number(),
    maxScore: z.number(),
    passed: z.boolean(),
    submittedAt: time,
    answers: z.array(
      z.object({
        questionId: z.string(),
        prompt: z.string(),
        /** What the learner answered, readable (texts of the choices). */
        response: z.string(),
        correct: z.boolean(),
      }),
    ),
  }),
);

export const attemptsGranted = defineEvent(
  'progress.attempts.granted.v1',
  'A learner may submit a quiz more often than its author allows, as staff of the course decided.',
  z.object({
    ...ofLearner,
    grantId: id,
    topicId: id,
    blockId: id,
    courseTitle: z.string(),
    quizTitle: z.string(),
    /** How many attempts were added. */
    attempts: z.int(),
    /** How many the learner may make in all, with these. */
    attemptsAllowed: z.int(),
    /** How many of them are left. */
    attemptsLeft: z.int(),
    reason: z.string(),
    grantedBy: id,
    grantedAt: time,
  }),
);

export const topicCompletedFor = defineEvent(
  'progress.topic.completed-for.v1',
  "Staff of a course completed a topic for a learner. What it does to the learner's progress is in `progress.course-progress.changed.v1`, as for any completed topic.",
  z.object({
    ...ofLearner,
    topicId: id,
    topicTitle: z.string(),
    courseTitle: z.string(),
    reason: z.string(),
    completedBy: id,
    completedAt: time,
    /** Whether it completed the course: there is a certificate then. */
    completesCourse: z.boolean(),
  }),
);

export const courseCompleted = defineEvent(
  'progress.course.completed.v1',
  'A learner completed a course. It happens once for an enrollment.',
  z.object({ ...ofLearner, courseTitle: z.string(), completedAt: time }),
);

export const certificateIssued = defineEvent(
  'progress.certificate.issued.v1',
  'A certificate was issued. It happens once for an enrollment.',
  z.object({
    ...ofLearner,
    certificateId: id,
    courseTitle: z.string(),
    verificationCode: z.string(),
    issuedAt: time,
  }),
);

export const learningPathCompleted = defineEvent(
  'progress.learning-path.completed.v1',
  'A learner completed every course of a learning path.',
  z.object({ learningPathId: id, title: z.string(), learnerId: id, completedAt: time }),
);
