/**
 * Why the gateway closes a socket. Clients of graphql-transport-ws try again after 1001, 1013 and
 * 4403, and give up after 4401.
 */
export const CLOSE = {
  /** The gateway stops: connect again, to another one. */
  GOING_AWAY: { code: 1001, reason: 'Going away' },
  /** The client does not read what is sent: connect again, and fetch anew. */
  TOO_SLOW: { code: 1013, reason: 'Too slow' },
  /** Something that is needed does not answer: connect again. */
  UNAVAILABLE: { code: 1013, reason: 'Try again later' },
  FAULT: { code: 4500, reason: 'Internal server error' },
  /** There is an access token, and it is no good: sign in. */
  INVALID_TOKEN: { code: 4401, reason: 'Invalid access token' },
  SESSION_REVOKED: { code: 4401, reason: 'Session revoked' },
  /** Connect again with a fresh access token. */
  TOKEN_EXPIRED: { code: 4403, reason: 'Access token expired' },
  ROLE_REVOKED: { code: 4403, reason: 'Roles changed' },
} as const;

export type CloseReason = (typeof CLOSE)[keyof typeof CLOSE];
