import { certificateIssued as issued } from '@lyceum/events/progress';
import { workflow } from './workflow.js';

/** The one message on completing a course: there is a certificate for every completion. */
export const certificateIssued = workflow(issued, {
  category: 'ACHIEVEMENT',
  template: 'certificate-issued',
  message: ({ data }) => ({
    recipientId: data.learnerId,
    dedupeKey: data.enrollmentId,
    data: {
      courseTitle: data.courseTitle,
      verificationCode: data.verificationCode,
      issuedAt: data.issuedAt,
    },
    link: { page: 'certificate', of: data.verificationCode },
    courseId: data.courseId,
  }),
});
