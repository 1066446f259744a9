import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '@lyceum/platform/ids';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { AccessTokens } from '../viewer/access-tokens.js';
import { CLOSE } from './close-codes.js';
import type { ConnectionLimits } from './connection-settings.js';
import type { OperationStreams } from './operation-streams.js';
import { SocketSession } from './socket-session.js';
import { Socket } from './socket.js';
import type { StandingCallers } from './standing-callers.js';

/** All sockets are told within this time, one or more each millisecond: their clients come back elsewhere. */
const SPREAD_MS = 5_000;
/** By then all have gone, or are cut off. */
const CLOSED_WITHIN_MS = 7_000;

/** GraphQL over WebSocket, by the protocol graphql-transport-ws. */
export interface SocketServer {
  /** @param onClosed called once, when the socket has gone */
  upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    client: { network: string | null; onClosed: () => void },
  ): void;
  /** Tells all clients to connect elsewhere, those that wait for an answer after it; takes 7 s at most. */
  close(): Promise<void>;
  readonly size: number;
}

export function createSocketServer(options: {
  streams: OperationStreams;
  callers: StandingCallers;
  tokens: AccessTokens;
  limits: ConnectionLimits;
  log: Logger;
  metrics: Pick<Metrics, 'connections'>;
}): SocketServer {
  const { streams, callers, tokens, limits, log, metrics } = options;
  const sessions = new Map<Socket, SocketSession>();
  /** Those on which nobody has signed in, the oldest first. */
  const strangers = new Set<Socket>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    // One that is not spoken here is agreed to as well, so that the client hears the code for that.
    handleProtocols: (offered) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL)
        ? GRAPHQL_TRANSPORT_WS_PROTOCOL
        : (offered.values().next().value ?? false),
  });

  function open(webSocket: WebSocket, network: string | null): void {
    // A malformed frame or a reset: 'close' follows.
    webSocket.on('error', () => undefined);
    const socket = new Socket(webSocket);
    if (webSocket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      socket.close(CLOSE.SUBPROTOCOL);
      return;
    }
    makeRoomForStranger();
    strangers.add(socket);
    const session = new SocketSession(socket, network, {
      streams,
      tokens,
      callers,
      operationsPerConnection: limits.operationsPerConnection,
      initTimeoutMs: limits.initTimeoutMs,
      onSignedIn: () => strangers.delete(socket),
      onFault: (error) =>
        log.error({ err: error, correlationId: newId() }, 'A message on a socket failed'),
    });
    sessions.set(socket, session);
    metrics.connections.inc({ transport: 'ws' });
    webSocket.on('message', (data, isBinary) => session.receive(isBinary ? null : textOf(data)));
    webSocket.once('close', () => {
      sessions.delete(socket);
      metrics.connections.dec({ transport: 'ws' });
      strangers.delete(socket);
      session.end();
    });
  }

  /** Clients sign in at once, so those who keep others out are those who stayed the longest without. */
  function makeRoomForStranger(): void {
    if (strangers.size < limits.unauthenticated) return;
    const [oldest] = strangers;
    if (!oldest) return;
    strangers.delete(oldest);
    oldest.close(CLOSE.UNAVAILABLE);
  }

  function lookAfterAll(): void {
    for (const [socket, session] of sessions) {
      if (session.idleMs >= limits.idleMs) socket.close(CLOSE.IDLE);
      else socket.ping();
    }
  }
  const heartbeat = setInterval(lookAfterAll, limits.heartbeatMs).unref();

  return {
    upgrade(request, socket, head, { network, onClosed }) {
      socket.once('close', onClosed);
      server.handleUpgrade(request, socket, head, (webSocket) => open(webSocket, network));
    },
    async close() {
      clearInterval(heartbeat);
      const gone = Promise.all(
        [...server.clients].map(
          (client) => new Promise((resolve) => client.once('close', resolve)),
        ),
      );
      const isLate = pause(CLOSED_WITHIN_MS, undefined, { ref: false });
      const leaving = [...sessions.values()];
      const each = Math.ceil(leaving.length / SPREAD_MS);
      while (leaving.length > 0) {
        for (const session of leaving.splice(0, each)) session.leave();
        if (leaving.length > 0) await pause(1);
      }
      await Promise.race([gone, isLate]);
      for (const client of server.clients) client.terminate();
      await gone;
      server.close();
    },
    get size() {
      return sessions.size;
    },
  };
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
