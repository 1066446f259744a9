import { courseChanged, coursePublished } from '@lyceum/events/course';
import { on } from '@lyceum/platform/consumers';

/**
 * Keeps the newest published version of each course, and its newest title. They are looked at apart:
 * a course may be renamed between two versions, and a version that comes late may still bring the
 * structure, but no title that is over.
 */
export function courseStructureConsumers(reevaluateSoon: () => void) {
  return [
    on(coursePublished, async ({ organizationId, time, data }, tx) => {
      const topicIds = data.structure.modules
        .flatMap((module) => module.lessons)
        .flatMap((lesson) => lesson.topics)
        .map((topic) => topic.id);
      const changed = await tx.prisma.$executeRaw`
        INSERT INTO course_structure AS known (course_id, organization_id, version_number, title,
          titled_at, structure, topic_ids, published_at)
        VALUES (${data.courseId}::uuid, ${organizationId}::uuid, ${data.versionNumber}::int, ${data.title},
          ${time}::timestamptz, ${JSON.stringify(data.structure)}::jsonb, ${topicIds}::uuid[],
          ${data.publishedAt}::timestamptz)
        ON CONFLICT (course_id) DO UPDATE SET
          version_number = excluded.version_number,
          title = CASE WHEN known.titled_at <= excluded.titled_at
            THEN excluded.title ELSE known.title END,
          titled_at = greatest(known.titled_at, excluded.titled_at),
          structure = excluded.structure, topic_ids = excluded.topic_ids,
          published_at = excluded.published_at
        WHERE known.version_number < excluded.version_number
          AND known.organization_id = excluded.organization_id`;
      if (changed > 0) tx.afterCommit(reevaluateSoon);
    }),

    on(courseChanged, async ({ organizationId, time, data }, tx) => {
      // Nobody learns from a course before it is published, and that says the title.
      if (data.status === 'DRAFT') return;
      // Of a publication that has yet to come (it was set aside) the title is kept, and no structure.
      await tx.prisma.$executeRaw`
        INSERT INTO course_structure AS known (course_id, organization_id, version_number, title,
          titled_at, structure, topic_ids, published_at)
        VALUES (${data.courseId}::uuid, ${organizationId}::uuid, 0, ${data.title},
          ${time}::timestamptz, '{"modules":[]}', '{}', ${time}::timestamptz)
        ON CONFLICT (course_id) DO UPDATE SET
          title = excluded.title, titled_at = excluded.titled_at
        WHERE known.titled_at <= excluded.titled_at
          AND known.organization_id = excluded.organization_id`;
    }),
  ];
}
