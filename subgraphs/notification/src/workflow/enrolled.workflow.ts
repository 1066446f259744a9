import { enrollmentCreated } from '@lyceum/events/course';
import { workflow } from './workflow.js';

export const enrolled = workflow(enrollmentCreated, {
  category: 'LEARNING',
  template: 'enrolled',
  message: ({ data }) => ({
    recipientId: data.learnerId,
    // Someone who left may come back: that is another enrollment, perhaps of the same id.
    dedupeKey: `${data.enrollmentId}:${data.enrolledAt}`,
    data: { courseTitle: data.courseTitle, fromWaitlist: data.source === 'WAITLIST' },
    link: { page: 'course', of: data.courseId },
    courseId: data.courseId,
    // Who bought it gets a receipt; who joined a path would get a mail for each of its courses.
    email: data.source !== 'PURCHASE' && data.source !== 'LEARNING_PATH',
  }),
});
