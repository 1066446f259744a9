import { coursePublished } from '@lyceum/events/course';
import { on } from '@lyceum/platform/consumers';

/** Keeps the newest published version of each course. A version that comes late changes nothing. */
export function courseStructureConsumers(reevaluateSoon: () => void) {
  return [
    on(coursePublished, async ({ organizationId, data }, tx) => {
      const topicIds = data.structure.modules
        .flatMap((module) => module.lessons)
        .flatMap((lesson) => lesson.topics)
        .map((topic) => topic.id);
      const changed = await tx.prisma.$executeRaw`
        INSERT INTO course_structure
          (course_id, organization_id, version_number, title, structure, topic_ids, published_at)
        VALUES (${data.courseId}::uuid, ${organizationId}::uuid, ${data.versionNumber}::int, ${data.title},
          ${JSON.stringify(data.structure)}::jsonb, ${topicIds}::uuid[], ${data.publishedAt}::timestamptz)
        ON CONFLICT (course_id) DO UPDATE SET
          version_number = excluded.version_number, title = excluded.title,
          structure = excluded.structure, topic_ids = excluded.topic_ids,
          published_at = excluded.published_at
        WHERE course_structure.version_number < excluded.version_number
          AND course_structure.organization_id = excluded.organization_id`;
      if (changed > 0) tx.afterCommit(reevaluateSoon);
    }),
  ];
}
