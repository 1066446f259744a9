import { attemptsGranted as granted } from '@lyceum/events/progress';
import { workflow } from './workflow.js';

export const attemptsGranted = workflow(granted, {
  category: 'LEARNING',
  template: 'attempts-granted',
  message: ({ data }) => {
    const { learnerId, grantedBy, grantId, courseId, courseTitle, quizTitle } = data;
    // Staff who try their own course know what they did.
    if (grantedBy === learnerId) return null;
    return {
      recipientId: learnerId,
      dedupeKey: grantId,
      data: {
        ...{ courseTitle, quizTitle, attempts: data.attempts, attemptsLeft: data.attemptsLeft },
        ...{ reason: data.reason, grantedAt: data.grantedAt },
      },
      link: { page: 'course', of: courseId },
      courseId,
    };
  },
});
