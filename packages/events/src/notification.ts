import { z } from 'zod';
import { defineEvent, id } from './define.js';

export const notificationCreated = defineEvent(
  'notification.notification.created.v1',
  "A notification appeared in a person's feed.",
  z.object({ notificationId: id, recipientId: id, category: z.string() }),
);
