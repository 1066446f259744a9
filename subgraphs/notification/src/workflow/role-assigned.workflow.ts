import { roleAssigned as assigned } from '@lyceum/events/auth';
import { workflow } from './workflow.js';

export const roleAssigned = workflow(assigned, {
  category: 'SECURITY',
  template: 'role-assigned',
  message: ({ id, data, time }) => {
    // They have held it for long, and were told when they got it.
    if (data.restated) return null;
    return {
      recipientId: data.userId,
      dedupeKey: id,
      data: { role: data.assignment.role, scope: data.assignment.scope, assignedAt: time },
      ...(data.assignment.scope === 'COURSE' && data.assignment.scopeId
        ? { courseId: data.assignment.scopeId }
        : {}),
    };
  },
});
