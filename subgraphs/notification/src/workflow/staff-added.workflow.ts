import { courseStaffAdded } from '@lyceum/events/course';
import { workflow } from './workflow.js';

export const staffAdded = workflow(courseStaffAdded, {
  category: 'SECURITY',
  template: 'staff-added',
  message: ({ id, data, time, causationId }) => {
    const { userId, courseId, courseTitle, role, addedBy } = data;
    // Of a course of one's own, of what has long been so, and of a role that auth has told of already.
    if (addedBy === null || addedBy === userId || causationId !== null) return null;
    return {
      recipientId: userId,
      dedupeKey: id,
      data: { role, courseTitle, addedAt: time },
      link: { page: 'course', of: courseId },
      courseId,
    };
  },
});
