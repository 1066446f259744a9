import { sessionRevoked as revoked } from '@lyceum/events/auth';
import { workflow } from './workflow.js';

/** Only where someone else may have been in the account: logging out is no news. */
export const sessionRevoked = workflow(revoked, {
  category: 'SECURITY',
  template: 'session-revoked',
  message: ({ data, time }) =>
    data.reason === 'REFRESH_TOKEN_REUSED'
      ? {
          recipientId: data.userId,
          dedupeKey: data.sessionId,
          data: { revokedAt: time },
          link: { page: 'home' },
        }
      : null,
});
