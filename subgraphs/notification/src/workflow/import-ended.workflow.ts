import { importUpdated } from '@lyceum/events/course';
import { workflow } from './workflow.js';

/** Tells the requester how an import ended; of the steps in between there is a subscription. */
export const importEnded = workflow(importUpdated, {
  category: 'AUTHORING',
  template: 'import-finished',
  message: ({ data }) => {
    if (data.state !== 'SUCCEEDED' && data.state !== 'FAILED') return null;
    return {
      recipientId: data.requestedBy,
      dedupeKey: data.importId,
      template: data.state === 'FAILED' ? 'import-failed' : 'import-finished',
      data: {},
      link: { page: 'import', of: data.importId },
      ...(data.courseId ? { courseId: data.courseId } : {}),
    };
  },
});
