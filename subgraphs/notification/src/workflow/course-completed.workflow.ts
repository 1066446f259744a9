import { courseCompleted as completed } from '@lyceum/events/progress';
import { workflow } from './workflow.js';

export const courseCompleted = workflow(completed, {
  category: 'ACHIEVEMENT',
  template: 'course-completed',
  message: ({ data }) => ({
    recipientId: data.learnerId,
    dedupeKey: data.enrollmentId,
    data: { courseTitle: data.courseTitle, completedAt: data.completedAt },
    courseId: data.courseId,
  }),
});
