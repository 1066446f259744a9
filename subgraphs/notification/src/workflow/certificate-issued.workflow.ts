import { certificateIssued as issued } from '@lyceum/events/progress';
import { workflow } from './workflow.js';

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
    courseId: data.courseId,
  }),
});
