import { learningPathCompleted as completed } from '@lyceum/events/progress';
import { workflow } from './workflow.js';

export const learningPathCompleted = workflow(completed, {
  category: 'ACHIEVEMENT',
  template: 'learning-path-completed',
  message: ({ data }) => ({
    recipientId: data.learnerId,
    dedupeKey: `${data.learningPathId}:${data.learnerId}`,
    data: { pathTitle: data.title, completedAt: data.completedAt },
    link: { page: 'learningPath', of: data.learningPathId },
  }),
});
