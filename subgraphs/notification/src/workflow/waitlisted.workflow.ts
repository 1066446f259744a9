import { enrollmentWaitlisted } from '@lyceum/events/course';
import { workflow } from './workflow.js';

export const waitlisted = workflow(enrollmentWaitlisted, {
  category: 'LEARNING',
  template: 'waitlisted',
  message: ({ data }) => ({
    recipientId: data.learnerId,
    dedupeKey: `${data.enrollmentId}:${data.waitlistedAt}`,
    data: { courseTitle: data.courseTitle },
    link: { page: 'course', of: data.courseId },
    courseId: data.courseId,
  }),
});
