import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { LyceumError } from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import { GraphQLError, OperationTypeNode, type ExecutionArgs } from 'graphql';
import { handleProtocols, makeServer, type Context, type SubscribePayload } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { callerOf } from '../pipeline/bearer.js';
import { correlationIdOf } from '../pipeline/correlation-id.js';
import { idempotencyKeyOf } from '../pipeline/idempotency-key.js';
import { LIMITS } from '../pipeline/limits.js';
import { clientOf, readOperationRequest } from '../pipeline/operation-request.js';
import type { Asker, Operations, PublicResult, ResolvedOperation } from '../pipeline/operations.js';
import type { AccessTokens } from '../viewer/access-tokens.js';
import type { Revocations } from '../viewer/revocations.js';
import { CLOSE, type CloseReason } from './close-codes.js';
import { Socket } from './socket.js';
import type { SubscriptionHub } from './subscription-hub.js';

const PING_EVERY_MS = 15_000;
const INIT_WAIT_MS = 10_000;
const DRAIN_MS = 2_000;

/** What goes with one operation from the moment it is resolved until it is run. */
interface OperationContext {
  operation: ResolvedOperation;
  asker: Asker;
  /** For a subscription. */
  stream: AsyncIterableIterator<PublicResult> | null;
}

/** GraphQL over WebSocket, by the protocol graphql-transport-ws. */
export interface SocketServer {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, network: string | null): void;
  /** Tells all clients to connect elsewhere, and waits a moment until they have gone. */
  close(): Promise<void>;
  readonly size: number;
}

export function createSocketServer(options: {
  operations: Operations;
  hub: SubscriptionHub;
  tokens: AccessTokens;
  revocations: Revocations;
  log: Logger;
}): SocketServer {
  const { operations, hub, tokens, revocations, log } = options;
  const sockets = new Set<Socket>();
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.bodyBytes,
    handleProtocols,
  });

  async function connect(context: Context<Record<string, unknown>, Socket>): Promise<void> {
    const socket = context.extra;
    const { clientName, clientVersion } = context.connectionParams ?? {};
    socket.client = clientOf(clientName, clientVersion);
    socket.admit(await callerOf(authorizationOf(context.connectionParams), tokens));
    closeIfRevoked(socket);
  }

  function resolve(
    socket: Socket,
    payload: SubscribePayload,
  ): ExecutionArgs | readonly GraphQLError[] {
    const correlationId = correlationIdOf(correlationHint(payload));
    try {
      const request = readOperationRequest(payload);
      const { client } = socket;
      const operation = operations.resolve(request, client);
      const viewer = socket.caller?.viewer ?? ANONYMOUS;
      const idempotencyKey = idempotencyKeyOf(operation.kind, request);
      const { network } = socket;
      const asker: Asker = { viewer, correlationId, network, client, idempotencyKey };
      const variables = request.variables ?? {};
      const stream =
        operation.kind === OperationTypeNode.SUBSCRIPTION
          ? hub.subscribe(operation, variables, asker, () => socket.close(CLOSE.TOO_SLOW))
          : null;
      const contextValue: OperationContext = { operation, asker, stream };
      return {
        schema: {} as never,
        document: operation.document,
        operationName: payload.operationName,
        variableValues: variables,
        contextValue,
      };
    } catch (error) {
      return asGraphQLErrors(operations.refuse(error, correlationId));
    }
  }

  const protocol = makeServer<Record<string, unknown>, Socket>({
    connectionInitWaitTimeout: INIT_WAIT_MS,
    onConnect: connect,
    onSubscribe: (context, _id, payload) => {
      if (Object.keys(context.subscriptions).length > LIMITS.operationsPerSocket) {
        return [
          new LyceumError('RATE_LIMITED', 'Too many operations are open on this connection.', {
            limit: LIMITS.operationsPerSocket,
          }),
        ];
      }
      return resolve(context.extra, payload);
    },
    execute: ({ contextValue, variableValues }) => {
      const { operation, asker } = contextValue as OperationContext;
      return operations.execute(operation, variableValues ?? {}, asker) as Promise<never>;
    },
    subscribe: ({ contextValue }) => (contextValue as OperationContext).stream as never,
    // Results have their public form already.
    onNext: (_context, _id, _payload, _args, result) => result,
  });

  function open(webSocket: WebSocket, network: string | null): void {
    const socket = new Socket(webSocket, network);
    sockets.add(socket);
    const closed = protocol.opened(
      {
        protocol: webSocket.protocol,
        send: (data) => socket.send(data),
        close: (code, reason) => socket.close({ code: code ?? 1000, reason: reason ?? '' }),
        onMessage: (handle) => {
          webSocket.on('message', (data) => {
            handle(textOf(data)).catch((error: unknown) => socket.close(closeReasonFor(error)));
          });
        },
      },
      socket,
    );
    // A malformed frame or a reset: 'close' follows.
    webSocket.on('error', () => undefined);
    webSocket.once('close', (code, reason) => {
      sockets.delete(socket);
      void closed(code, reason.toString());
    });
  }

  function closeReasonFor(error: unknown): CloseReason {
    if (error instanceof LyceumError && error.code === 'UNAUTHENTICATED') {
      const expired = error.extensions['reason'] === 'EXPIRED';
      return expired ? CLOSE.TOKEN_EXPIRED : CLOSE.INVALID_TOKEN;
    }
    if (error instanceof LyceumError) return CLOSE.UNAVAILABLE;
    log.error({ err: error, correlationId: newId() }, 'A message on a socket failed');
    return CLOSE.FAULT;
  }

  function closeIfRevoked(socket: Socket): void {
    const viewer = socket.caller?.viewer;
    const reason = viewer?.kind === 'person' ? revocations.reason(viewer) : null;
    if (reason) socket.close(CLOSE[reason]);
  }

  revocations.onRevoked(() => sockets.forEach(closeIfRevoked));
  const pings = setInterval(() => sockets.forEach((socket) => socket.ping()), PING_EVERY_MS);
  pings.unref();

  return {
    upgrade(request, socket, head, network) {
      server.handleUpgrade(request, socket, head, (webSocket) => open(webSocket, network));
    },
    async close() {
      clearInterval(pings);
      const gone = Promise.all(
        [...server.clients].map(
          (client) => new Promise((resolve) => client.once('close', resolve)),
        ),
      );
      for (const socket of sockets) socket.close(CLOSE.GOING_AWAY);
      await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
      for (const client of server.clients) client.terminate();
      await gone;
      server.close();
    },
    get size() {
      return sockets.size;
    },
  };
}

/** Clients name their token in one of the ways that are in use. */
function authorizationOf(
  params: Readonly<Record<string, unknown>> | undefined,
): string | undefined {
  const { accessToken } = params ?? {};
  if (typeof accessToken === 'string' && accessToken) return `Bearer ${accessToken}`;
  const header = params?.['Authorization'] ?? params?.['authorization'];
  return typeof header === 'string' ? header : undefined;
}

function correlationHint({ extensions }: SubscribePayload): string | undefined {
  const hint = extensions?.['correlationId'];
  return typeof hint === 'string' ? hint : undefined;
}

function asGraphQLErrors({ errors = [] }: PublicResult): readonly GraphQLError[] {
  return errors.map(
    ({ message, path, extensions }) => new GraphQLError(message, { path, extensions }),
  );
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return data instanceof ArrayBuffer ? Buffer.from(data).toString() : data.toString();
}
