import { learningPathJoined, learningPathPublished } from '@lyceum/events/course';
import type { Clock } from '@lyceum/platform/clock';
import { on } from '@lyceum/platform/consumers';
import { completePaths } from './complete-paths.js';

/** Learning paths and who follows them. Who joins with all courses done has completed the path. */
export function learningPathConsumers(clock: Clock) {
  return [
    on(learningPathPublished, async ({ organizationId, data }, tx) => {
      await tx.prisma.$executeRaw`
        INSERT INTO learning_path (id, organization_id, title, course_ids)
        VALUES (${data.learningPathId}::uuid, ${organizationId}::uuid, ${data.title},
          ${data.courseIds}::uuid[])
        ON CONFLICT (id) DO UPDATE SET title = excluded.title, course_ids = excluded.course_ids
        WHERE learning_path.organization_id = excluded.organization_id`;
      const selection = { learnerIds: null, courseIds: null, pathIds: [data.learningPathId] };
      await completePaths(tx, organizationId, selection, clock.now());
    }),

    on(learningPathJoined, async ({ organizationId, data }, tx) => {
      await tx.prisma.$executeRaw`
        INSERT INTO learning_path_progress
          (learning_path_id, learner_id, organization_id, joined_at)
        VALUES (${data.learningPathId}::uuid, ${data.learnerId}::uuid, ${organizationId}::uuid,
          ${data.joinedAt}::timestamptz)
        ON CONFLICT (learning_path_id, learner_id) DO NOTHING`;
      const selection = {
        learnerIds: [data.learnerId],
        courseIds: null,
        pathIds: [data.learningPathId],
      };
      await completePaths(tx, organizationId, selection, clock.now());
    }),
  ];
}
