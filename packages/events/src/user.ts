import { z } from 'zod';
import { defineEvent, id } from './define.js';

export const profileUpdated = defineEvent(
  'user.profile.updated.v1',
  'A person changed their name, language or time zone.',
  z.object({ userId: id, name: z.string(), locale: z.string(), timeZone: z.string() }),
);

export const organizationUpdated = defineEvent(
  'user.organization.updated.v1',
  'An organization changed its settings.',
  z.object({
    organizationId: id,
    name: z.string(),
    locale: z.string(),
    timeZone: z.string(),
    registration: z.enum(['OPEN', 'CLOSED']),
  }),
);
