import { roleAssigned as assigned } from '@lyceum/events/auth';
import { workflow } from './workflow.js';

export const roleAssigned = workflow(assigned, {
  category: 'SECURITY',
  template: 'role-assigned',
  message: ({ id, data, time }) => {
    // They have held it for long, and were told when they got it.
    if (data.restated) return null;
    const { role, scope, scopeId } = data.assignment;
    const courseId = scope === 'COURSE' ? scopeId : null;
    return {
      recipientId: data.userId,
      dedupeKey: id,
      data: { role, scope, assignedAt: time },
      link: courseId ? { page: 'course', of: courseId } : { page: 'home' },
      ...(courseId ? { courseId } : {}),
    };
  },
});
