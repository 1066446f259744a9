import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { activitiesRecorded } from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import { testService, type TestService } from '@lyceum/testkit/service';
import fc from 'fast-check';
import { analyticsService } from '../app.js';

let app: TestService;
beforeAll(async () => {
  app = await testService(analyticsService);
});
afterAll(() => app.close());

const RECOUNT = `
  SELECT count(*)::int AS n FROM (
    SELECT (data->>'courseId')::uuid AS course_id, (r->>'learnerId')::uuid AS learner_id,
      ((r->>'occurredAt')::timestamptz AT TIME ZONE 'UTC')::date AS day,
      count(*)::int AS records, sum((r->>'count')::int)::int AS interactions, sum((r->>'durationSeconds')::int)::int AS duration_seconds
    FROM stored_event, jsonb_array_elements(data->'records') AS r
    WHERE type = 'progress.activities.recorded.v1' GROUP BY 1, 2, 3
  ) AS counted
  FULL JOIN daily_learner_activity AS kept USING (course_id, learner_id, day, records, interactions, duration_seconds)
  WHERE counted.course_id IS NULL OR kept.course_id IS NULL`;

it('daily figures equal a recount of the stored events, in whatever order and however often they came', async () => {
  const organizationId = newId();
  const courseId = newId();
  const learners = [newId(), newId(), newId()];
  const record = fc.record({
    learner: fc.constantFrom(...learners),
    occurredAt: fc.date({
      min: new Date('2026-01-01'),
      max: new Date('2026-01-04'),
      noInvalidDate: true,
    }),
    count: fc.integer({ min: 1, max: 50 }),
    durationSeconds: fc.integer({ min: 0, max: 600 }),
    repeated: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (records) => {
      for (const { learner, repeated, occurredAt, ...sums } of records) {
        const event = {
          id: newId(),
          aggregateId: courseId,
          organizationId,
          data: {
            courseId,
            records: [
              {
                ...sums,
                id: newId(),
                enrollmentId: newId(),
                learnerId: learner,
                topicId: newId(),
                blockId: null,
                kind: 'VIEWED' as const,
                occurredAt: occurredAt.toISOString(),
              },
            ],
          },
        };
        await app.deliver(activitiesRecorded, event);
        if (repeated) await app.deliver(activitiesRecorded, event);
      }
      expect(await app.sql(RECOUNT)).toEqual([{ n: 0 }]);
    }),
    { numRuns: 10 },
  );
});
