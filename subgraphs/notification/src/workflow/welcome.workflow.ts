import { accountRegistered } from '@lyceum/events/auth';
import { workflow } from './workflow.js';

export const welcome = workflow(accountRegistered, {
  category: 'ACCOUNT',
  template: 'welcome',
  message: ({ data }) => ({
    recipientId: data.userId,
    dedupeKey: data.userId,
    data: { organizationName: data.organization.name, founded: data.organization.founded },
    link: { page: 'home' },
  }),
});
