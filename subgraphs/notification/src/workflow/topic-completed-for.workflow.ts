import { topicCompletedFor as completedFor } from '@lyceum/events/progress';
import { workflow } from './workflow.js';

export const topicCompletedFor = workflow(completedFor, {
  category: 'LEARNING',
  template: 'topic-completed-for',
  message: ({ data }) => {
    const { enrollmentId, learnerId, completedBy, topicId, topicTitle, courseId } = data;
    // Staff who try their own course know what they did.
    if (completedBy === learnerId) return null;
    return {
      recipientId: learnerId,
      // A topic is completed once for an enrollment.
      dedupeKey: `${enrollmentId}:${topicId}`,
      data: {
        ...{ courseTitle: data.courseTitle, topicTitle },
        ...{ reason: data.reason, completedAt: data.completedAt },
      },
      link: { page: 'course', of: courseId },
      courseId,
      // The mail with the certificate goes out at the same moment; the feed still has the reason.
      email: !data.completesCourse,
    };
  },
});
