import {
  enrollmentCreated,
  enrollmentWaitlisted,
  enrollmentWithdrawn,
} from '@lyceum/events/course';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { courseCompleted, courseProgressChanged } from '@lyceum/events/progress';
import type { RawClient } from '@lyceum/platform/consumers';
import type { z } from 'zod';

/** One enrollment's columns as a run of events leaves them; what it says nothing of is absent. */
interface Change {
  organizationId: string;
  enrollmentId: string;
  courseId: string;
  learnerId: string;
  enrolledAt?: string;
  waitlistedAt?: string;
  /** null: no longer withdrawn. */
  withdrawnAt?: string | null;
  completedAt?: string;
  percent?: number;
}

export const ENROLLMENT_EVENTS = [
  enrollmentCreated,
  enrollmentWaitlisted,
  enrollmentWithdrawn,
  courseProgressChanged,
  courseCompleted,
] as const;

type Data<D extends { schema: z.ZodType }> = z.infer<D['schema']>;

function changeOf(event: EventEnvelope): Partial<Change> | null {
  switch (event.type) {
    case enrollmentCreated.type: {
      const { enrolledAt } = event.data as Data<typeof enrollmentCreated>;
      return { enrolledAt, withdrawnAt: null };
    }
    case enrollmentWaitlisted.type: {
      const { waitlistedAt } = event.data as Data<typeof enrollmentWaitlisted>;
      return { waitlistedAt, withdrawnAt: null };
    }
    case enrollmentWithdrawn.type: {
      const { withdrawnAt } = event.data as Data<typeof enrollmentWithdrawn>;
      return { withdrawnAt };
    }
    case courseProgressChanged.type: {
      const { percent } = event.data as Data<typeof courseProgressChanged>;
      return { percent };
    }
    case courseCompleted.type: {
      const { completedAt } = event.data as Data<typeof courseCompleted>;
      return { completedAt };
    }
    default:
      return null;
  }
}

/** Brings the facts of enrollments up to date, however the events of two services interleave. */
export async function updateEnrollments(
  client: RawClient,
  events: readonly EventEnvelope[],
): Promise<void> {
  const changes = new Map<string, Change>();
  for (const event of events) {
    const change = changeOf(event);
    if (!change) continue;
    const { enrollmentId, courseId, learnerId } = event.data as Change;
    changes.set(enrollmentId, {
      ...changes.get(enrollmentId),
      ...change,
      organizationId: event.organizationId,
      enrollmentId,
      courseId,
      learnerId,
    });
  }
  if (changes.size === 0) return;
  const rows = [...changes.values()].toSorted((a, b) => (a.enrollmentId < b.enrollmentId ? -1 : 1));
  await client.$executeRaw`
    INSERT INTO enrollment_fact AS known (enrollment_id, organization_id, course_id, learner_id,
      enrolled_at, waitlisted_at, withdrawn_at, completed_at, percent)
    SELECT (c->>'enrollmentId')::uuid, (c->>'organizationId')::uuid, (c->>'courseId')::uuid,
      (c->>'learnerId')::uuid, (c->>'enrolledAt')::timestamptz, (c->>'waitlistedAt')::timestamptz,
      (c->>'withdrawnAt')::timestamptz, (c->>'completedAt')::timestamptz,
      coalesce((c->>'percent')::float, 0)
    FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) AS c
    ON CONFLICT (enrollment_id) DO NOTHING`;
  await client.$executeRaw`
    UPDATE enrollment_fact AS known SET
      enrolled_at = coalesce(known.enrolled_at, (c->>'enrolledAt')::timestamptz),
      waitlisted_at = coalesce((c->>'waitlistedAt')::timestamptz, known.waitlisted_at),
      withdrawn_at = CASE WHEN c ? 'withdrawnAt' THEN (c->>'withdrawnAt')::timestamptz ELSE known.withdrawn_at END,
      completed_at = coalesce(known.completed_at, (c->>'completedAt')::timestamptz),
      percent = coalesce((c->>'percent')::float, known.percent)
    FROM jsonb_array_elements(${JSON.stringify(rows)}::jsonb) AS c
    WHERE known.enrollment_id = (c->>'enrollmentId')::uuid
      AND known.organization_id = (c->>'organizationId')::uuid`;
}
