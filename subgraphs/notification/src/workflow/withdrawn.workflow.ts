import { enrollmentWithdrawn } from '@lyceum/events/course';
import { workflow } from './workflow.js';

export const withdrawn = workflow(enrollmentWithdrawn, {
  category: 'LEARNING',
  template: 'withdrawn',
  message: ({ data, actorId }) => ({
    recipientId: data.learnerId,
    dedupeKey: `${data.enrollmentId}:${data.withdrawnAt}`,
    data: { courseTitle: data.courseTitle, withdrawnAt: data.withdrawnAt },
    link: { page: 'course', of: data.courseId },
    courseId: data.courseId,
    // Who left by themselves knows; who was taken out must hear of it.
    email: actorId !== data.learnerId,
  }),
});
