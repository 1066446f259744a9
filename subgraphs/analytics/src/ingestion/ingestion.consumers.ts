import { courseChanged, coursePublished } from '@lyceum/events/course';
import type { EventDefinition } from '@lyceum/events/define';
import type { EventEnvelope } from '@lyceum/events/envelope';
import {
  activitiesRecorded,
  attemptsGranted,
  attemptSubmitted,
  topicCompletedFor,
} from '@lyceum/events/progress';
import { orderPaid } from '@lyceum/events/billing';
import { onMany, type EventConsumer, type RawClient } from '@lyceum/platform/consumers';
import { appendEvents } from '../event-store/event-store.js';
import { addActivity } from './activity.rollup.js';
import { ENROLLMENT_EVENTS, updateEnrollments } from './enrollment.facts.js';
import { foldActivity } from './fold.rules.js';
import { countAnswers } from './question.facts.js';

/** Kept raw; what staff override is kept to be looked up, and counts as nothing by itself. `course.published` is not: it carries answer keys, which are no business of analytics. */
const STORED = [
  activitiesRecorded,
  attemptSubmitted,
  attemptsGranted,
  topicCompletedFor,
  orderPaid,
  courseChanged,
  ...ENROLLMENT_EVENTS,
] as const;

/**
 * One consumer for all that analytics hears of: a run of events is stored and counted with a few
 * statements. The inbox, in the same transaction, makes a repeated event change nothing.
 */
export function ingestion(): EventConsumer {
  return onMany([...STORED, coursePublished], async (events, tx) => {
    const stored = events.filter((event) => event.type !== coursePublished.type);
    if (stored.length > 0) await appendEvents(tx.prisma, stored);
    const activity = only(events, activitiesRecorded);
    if (activity.length > 0) {
      const batches = activity.map(({ organizationId, data }) => ({ organizationId, ...data }));
      await addActivity(tx.prisma, foldActivity(batches));
    }
    await updateEnrollments(tx.prisma, events);
    await countAnswers(tx.prisma, only(events, attemptSubmitted));
    for (const event of only(events, coursePublished)) await addCourse(tx.prisma, event);
    for (const event of only(events, courseChanged)) await renameCourse(tx.prisma, event);
  });
}

function only<T>(events: readonly EventEnvelope[], definition: EventDefinition<T>) {
  return events.filter((event) => event.type === definition.type) as EventEnvelope<T>[];
}

async function addCourse(
  client: RawClient,
  {
    organizationId,
    time,
    data,
  }: EventEnvelope<{ courseId: string; title: string; publishedAt: string }>,
): Promise<void> {
  await client.$executeRaw`
    INSERT INTO course_fact AS known (course_id, organization_id, title, titled_at, published_at)
    VALUES (${data.courseId}::uuid, ${organizationId}::uuid, ${data.title}, ${time}::timestamptz,
      ${data.publishedAt}::timestamptz)
    ON CONFLICT (course_id) DO UPDATE SET
      title = CASE WHEN known.titled_at <= excluded.titled_at THEN excluded.title ELSE known.title END,
      titled_at = greatest(known.titled_at, excluded.titled_at),
      published_at = greatest(known.published_at, excluded.published_at)`;
}

/** Only published courses are counted: of another one the title is of no use yet. */
async function renameCourse(
  client: RawClient,
  { organizationId, time, data }: EventEnvelope<{ courseId: string; title: string }>,
): Promise<void> {
  await client.$executeRaw`
    UPDATE course_fact SET title = ${data.title}, titled_at = ${time}::timestamptz
    WHERE course_id = ${data.courseId}::uuid AND organization_id = ${organizationId}::uuid
      AND titled_at <= ${time}::timestamptz`;
}
