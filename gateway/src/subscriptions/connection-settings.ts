import { z } from 'zod';

/** What connections that stay open are held to. */
export interface ConnectionLimits {
  /** Sockets and streams open at a time from one address. */
  readonly connectionsPerNetwork: number;
  /** Operations open at a time on one socket. */
  readonly operationsPerConnection: number;
  /** Subscriptions of one person open at a time, over all connections to this process. */
  readonly subscriptionsPerViewer: number;
  /** Sockets on which nobody has signed in, over all networks. */
  readonly unauthenticated: number;
  readonly messageBytes: number;
  /** Until a client must have begun the protocol. */
  readonly initTimeoutMs: number;
  /** How long a socket stays open with no operation on it. */
  readonly idleMs: number;
  /** Between two signs of life on each connection. */
  readonly heartbeatMs: number;
}

const count = (byDefault: number) => z.coerce.number().int().positive().default(byDefault);

export const connectionSettings = {
  /** A whole school may have one address. */
  CONNECTIONS_PER_NETWORK: count(2_000),
  SUBSCRIPTIONS_PER_CONNECTION: count(100),
  SUBSCRIPTIONS_PER_VIEWER: count(500),
  UNAUTHENTICATED_SOCKETS: count(1_000),
  SOCKET_MESSAGE_BYTES: count(1024 * 1024),
  SOCKET_INIT_TIMEOUT_MS: count(10_000),
  SOCKET_IDLE_MS: count(10 * 60_000),
  HEARTBEAT_MS: count(15_000),
};

export function readConnectionLimits(settings: {
  readonly [Name in keyof typeof connectionSettings]: number;
}): ConnectionLimits {
  return {
    connectionsPerNetwork: settings.CONNECTIONS_PER_NETWORK,
    operationsPerConnection: settings.SUBSCRIPTIONS_PER_CONNECTION,
    subscriptionsPerViewer: settings.SUBSCRIPTIONS_PER_VIEWER,
    unauthenticated: settings.UNAUTHENTICATED_SOCKETS,
    messageBytes: settings.SOCKET_MESSAGE_BYTES,
    initTimeoutMs: settings.SOCKET_INIT_TIMEOUT_MS,
    idleMs: settings.SOCKET_IDLE_MS,
    heartbeatMs: settings.HEARTBEAT_MS,
  };
}
