/** Why the gateway closes a socket. */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
}

/**
 * What clients are told. Those of graphql-transport-ws try again after 1001, 1012, 1013, 4403 and 4408, take
 * 1000 for the end of an unused connection, and give up after the others.
 */
export const CLOSE = {
  /** Nothing was asked for a long while: connect again when there is something to ask. */
  IDLE: { code: 1000, reason: 'Idle' },
  /** The gateway stops: connect again, to another one. */
  GOING_AWAY: { code: 1001, reason: 'Going away' },
  /** A subscription cannot go on over the graph that is served now: connect, and subscribe again. */
  SCHEMA_CHANGED: { code: 1012, reason: 'Graph changed' },
  /** The client does not read what is sent: connect again, and fetch anew. */
  TOO_SLOW: { code: 1013, reason: 'Too slow' },
  /** Something that is needed does not answer, or others need the room: connect again. */
  UNAVAILABLE: { code: 1013, reason: 'Try again later' },

  /** Not a message of the protocol. */
  INVALID_MESSAGE: { code: 4400, reason: 'Invalid message' },
  /** An operation before the connection was acknowledged. */
  NOT_ACKNOWLEDGED: { code: 4401, reason: 'Unauthorized' },
  SUBPROTOCOL: { code: 4406, reason: 'Subprotocol not acceptable' },
  INIT_TIMEOUT: { code: 4408, reason: 'Connection initialisation timeout' },
  TOO_MANY_INITS: { code: 4429, reason: 'Too many initialisation requests' },
  FAULT: { code: 4500, reason: 'Internal server error' },

  /** There is an access token, and it is no good: sign in. */
  INVALID_TOKEN: { code: 4401, reason: 'Invalid access token' },
  SESSION_REVOKED: { code: 4401, reason: 'Session revoked' },
  /** Connect again with a fresh access token. */
  TOKEN_EXPIRED: { code: 4403, reason: 'Access token expired' },
  ROLE_REVOKED: { code: 4403, reason: 'Roles changed' },
  /** The token that was to renew the connection is of someone else: connect again as that person. */
  ANOTHER_PERSON: { code: 4403, reason: 'Another person' },
} as const satisfies Record<string, CloseReason>;

/** A close frame holds no longer reason. */
const LONGEST_REASON_BYTES = 123;

/** The id is taken by an operation that has not ended. */
export function subscriberExists(id: string): CloseReason {
  const reason = `Subscriber for ${id} already exists`;
  const fits = Buffer.byteLength(reason) <= LONGEST_REASON_BYTES;
  return { code: 4409, reason: fits ? reason : 'Subscriber already exists' };
}
