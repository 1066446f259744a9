import { isCompletedByViewing } from '../completion/completion.rules.js';
import type { CourseOutline, OutlineTopic } from '../course-structure/course-outline.rules.js';

export const ACTIVITY_KINDS = ['VIEWED', 'INTERACTED', 'WATCHED', 'ANSWERED', 'COMPLETED'] as const;
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

/** One thing a learner did, as a client reports it. */
export interface Activity {
  readonly id: string;
  readonly enrollmentId: string;
  readonly topicId: string;
  readonly blockId: string | null;
  readonly kind: ActivityKind;
  readonly occurredAt: Date;
  readonly count: number;
  readonly durationSeconds: number;
}

/** Clocks of devices differ; so much ahead of ours is still "now". */
export const FUTURE_TOLERANCE_MS = 5 * 60_000;

export const REJECTIONS = {
  ENROLLMENT_NOT_FOUND: 'There is no such enrollment, or you may not record for it.',
  TOPIC_NOT_IN_COURSE: 'The published course has no such topic.',
  BLOCK_NOT_IN_TOPIC: 'The topic has no such block.',
  NOT_COMPLETED_BY_ACTIVITY:
    'A quiz is completed with submitAnswer, and a topic with the rule MANUAL with completeTopic; reporting them as COMPLETED completes nothing.',
  WITHDRAWN: 'It happened after the learner had left the course.',
  IN_FUTURE: 'It lies more than five minutes in the future.',
} as const;
export type Rejection = keyof typeof REJECTIONS;

/** Why an activity cannot be accepted; null when it can. */
export function rejectionOf(
  activity: Activity,
  enrollment: { readonly withdrawnAt: Date | null },
  outline: CourseOutline,
  now: Date,
): Rejection | null {
  const topic = outline.topicById.get(activity.topicId);
  if (!topic) return 'TOPIC_NOT_IN_COURSE';
  if (activity.blockId !== null && !topic.blockIds.has(activity.blockId)) {
    return 'BLOCK_NOT_IN_TOPIC';
  }
  if (activity.kind === 'COMPLETED' && completesNothing(topic, activity.blockId)) {
    return 'NOT_COMPLETED_BY_ACTIVITY';
  }
  if (activity.occurredAt.getTime() > now.getTime() + FUTURE_TOLERANCE_MS) return 'IN_FUTURE';
  if (enrollment.withdrawnAt && activity.occurredAt > enrollment.withdrawnAt) return 'WITHDRAWN';
  return null;
}

/**
 * Whether COMPLETED says of something that it is done which no report of it makes done: a topic that
 * goes by its quizzes or by what the learner says, or a quiz in it. Other blocks of such a topic can be
 * finished, and count as opened; a topic that goes by viewing is completed so, its quizzes included.
 */
function completesNothing(topic: OutlineTopic, blockId: string | null): boolean {
  if (isCompletedByViewing(topic)) return false;
  return blockId === null || topic.quizzes.some((quiz) => quiz.blockId === blockId);
}

/** What several activities of one enrollment add up to in one topic. */
export interface TopicTotals {
  readonly enrollmentId: string;
  readonly topicId: string;
  /** How often it was opened. */
  views: number;
  /** Interactions of every kind, views included. */
  interactions: number;
  durationSeconds: number;
  firstAt: Date;
  lastAt: Date;
  seen: boolean;
  readonly seenBlockIds: Set<string>;
}

/**
 * Adds activities up, per enrollment and topic. The order does not matter.
 *
 * INTERACTED says nothing of what was seen (it may stand for a day's clicks); whoever viewed,
 * watched, answered or completed something has opened it.
 */
export function totalsOf(activities: readonly Activity[]): TopicTotals[] {
  const totals = new Map<string, TopicTotals>();
  for (const activity of activities) {
    const key = `${activity.enrollmentId} ${activity.topicId}`;
    let entry = totals.get(key);
    if (!entry) {
      entry = {
        enrollmentId: activity.enrollmentId,
        topicId: activity.topicId,
        views: 0,
        interactions: 0,
        durationSeconds: 0,
        firstAt: activity.occurredAt,
        lastAt: activity.occurredAt,
        seen: false,
        seenBlockIds: new Set(),
      };
      totals.set(key, entry);
    }
    entry.interactions += activity.count;
    entry.durationSeconds += activity.durationSeconds;
    if (activity.occurredAt < entry.firstAt) entry.firstAt = activity.occurredAt;
    if (activity.occurredAt > entry.lastAt) entry.lastAt = activity.occurredAt;
    if (activity.kind === 'VIEWED') entry.views += activity.count;
    if (activity.kind === 'INTERACTED') continue;
    if (activity.blockId === null) entry.seen = true;
    else entry.seenBlockIds.add(activity.blockId);
  }
  return [...totals.values()];
}
