import { LyceumError, unauthenticated } from '@lyceum/platform/errors';
import { MessageType, parseMessage, type SubscribeMessage } from 'graphql-ws';
import { callerOf, type Caller } from '../pipeline/bearer.js';
import { clientOf, UNNAMED_CLIENT, type Client } from '../pipeline/operation-request.js';
import type { AccessTokens } from '../viewer/access-tokens.js';
import { CLOSE, type CloseReason } from './close-codes.js';
import type { OperationStreams } from './operation-streams.js';
import { SocketOperations } from './socket-operations.js';
import type { Socket } from './socket.js';
import type { StandingCaller, StandingCallers } from './standing-callers.js';

/** What a session needs of the gateway. */
export interface SessionOptions {
  readonly streams: OperationStreams;
  readonly tokens: AccessTokens;
  readonly callers: StandingCallers;
  readonly operationsPerConnection: number;
  readonly initTimeoutMs: number;
  /** Somebody has signed in on the connection. */
  readonly onSignedIn: () => void;
  /** A message could not be dealt with, and nobody foresaw why. */
  readonly onFault: (error: unknown) => void;
}

type Payload = Readonly<Record<string, unknown>>;

/**
 * One client's side of graphql-transport-ws: who it is, and what it asked for. graphql-ws reads the
 * messages; its server is not used, since it frees an id only when the operation has come to rest and
 * not when the client has completed it, and offers no way to give up an execution.
 */
export class SocketSession {
  readonly #operations: SocketOperations;
  readonly #initTimer: NodeJS.Timeout;
  #isInitialised = false;
  #who: StandingCaller | null = null;
  #client: Client = UNNAMED_CLIENT;
  #isGone = false;
  #acknowledgedAt = 0;

  constructor(
    private readonly socket: Socket,
    private readonly network: string | null,
    private readonly options: SessionOptions,
  ) {
    const { streams, operationsPerConnection } = options;
    this.#operations = new SocketOperations(socket, streams, operationsPerConnection);
    this.#initTimer = setTimeout(() => {
      if (!this.#isInitialised) socket.close(CLOSE.INIT_TIMEOUT);
    }, options.initTimeoutMs).unref();
  }

  /** Milliseconds since there was anything to do; 0 while there is, and before the acknowledgement. */
  get idleMs(): number {
    if (!this.#who) return 0;
    return Math.min(this.#operations.idleMs, performance.now() - this.#acknowledgedAt);
  }

  /** A message as it came; null for one that is no text. */
  receive(text: string | null): void {
    if (this.socket.isClosing) return;
    this.#dispatch(text).catch((error: unknown) => {
      const reason = closeReasonFor(error);
      if (reason === CLOSE.FAULT) this.options.onFault(error);
      this.socket.close(reason);
    });
  }

  /** Closes the connection for the client to connect elsewhere, after what it waits for. */
  leave(): void {
    this.#operations.leave();
  }

  /** The connection has gone: nothing goes on. */
  end(): void {
    this.#isGone = true;
    clearTimeout(this.#initTimer);
    this.#who?.leave();
    this.#operations.end();
  }

  async #dispatch(text: string | null): Promise<void> {
    const message = messageOf(text);
    switch (message?.type) {
      case MessageType.ConnectionInit:
        return this.#initialise(message.payload);
      case MessageType.Ping:
        return this.#pong(message.payload);
      case MessageType.Pong:
        return undefined;
      case MessageType.Subscribe:
        return this.#subscribe(message);
      case MessageType.Complete:
        return this.#operations.complete(message.id);
      default:
        return this.socket.close(CLOSE.INVALID_MESSAGE);
    }
  }

  async #initialise(params: Payload | undefined): Promise<void> {
    if (this.#isInitialised) return this.socket.close(CLOSE.TOO_MANY_INITS);
    this.#isInitialised = true;
    this.#client = clientOf(params?.['clientName'], params?.['clientVersion']);
    const caller = await callerOf(authorizationOf(params), this.options.tokens);
    if (this.#isGone) return;
    this.#acknowledgedAt = performance.now();
    this.#who = this.options.callers.watch(caller, (ending) => this.socket.close(CLOSE[ending]));
    if (caller.viewer.kind === 'person') this.options.onSignedIn();
    const { cursor } = this.options.streams;
    const payload = cursor === null ? undefined : { cursor };
    await this.socket.send(JSON.stringify({ type: MessageType.ConnectionAck, payload }));
  }

  /** Answers a ping; one that brings an access token renews the connection with it. */
  async #pong(payload: Payload | undefined): Promise<void> {
    const authorization = authorizationOf(payload);
    const answer = authorization ? await this.#renew(authorization) : payload;
    if (answer === null) return;
    await this.socket.send(JSON.stringify({ type: MessageType.Pong, payload: answer }));
  }

  /** Null when it came to an end instead. */
  async #renew(authorization: string): Promise<Payload | null> {
    if (!this.#who) return this.#refuse(CLOSE.NOT_ACKNOWLEDGED);
    const caller = await callerOf(authorization, this.options.tokens);
    const before = this.#who.caller;
    if (!isSamePerson(before, caller)) return this.#refuse(CLOSE.ANOTHER_PERSON);
    // What is under way was begun with other rights.
    if (this.#operations.size > 0 && rightsOf(before) !== rightsOf(caller)) {
      return this.#refuse(CLOSE.ROLE_REVOKED);
    }
    this.#who.renew(caller);
    return { expiresAt: caller.expiresAt?.toISOString() };
  }

  #refuse(reason: CloseReason): null {
    this.socket.close(reason);
    return null;
  }

  async #subscribe(message: SubscribeMessage): Promise<void> {
    if (!this.#who) return this.socket.close(CLOSE.NOT_ACKNOWLEDGED);
    const { viewer } = this.#who.caller;
    await this.#operations.begin(message, {
      viewer,
      client: this.#client,
      network: this.network,
    });
  }
}

/** Null for what is no message of a client. */
function messageOf(text: string | null) {
  if (text === null) return null;
  try {
    return parseMessage(text);
  } catch {
    return null;
  }
}

/** Clients name their token in one of the ways that are in use. */
function authorizationOf(params: Payload | undefined): string | undefined {
  const { accessToken } = params ?? {};
  if (typeof accessToken === 'string' && accessToken) return `Bearer ${accessToken}`;
  const header = params?.['Authorization'] ?? params?.['authorization'];
  return typeof header === 'string' ? header : undefined;
}

function isSamePerson({ viewer: a }: Caller, { viewer: b }: Caller): boolean {
  if (a.kind !== 'person' || b.kind !== 'person') return false;
  return (
    a.userId === b.userId && a.sessionId === b.sessionId && a.organizationId === b.organizationId
  );
}

function rightsOf({ viewer }: Caller): string {
  if (viewer.kind !== 'person') return '';
  return viewer.roles
    .map(({ role, scope, scopeId }) => `${role} ${scope} ${scopeId}`)
    .sort()
    .join();
}

function closeReasonFor(error: unknown): CloseReason {
  if (!(error instanceof LyceumError)) return CLOSE.FAULT;
  if (error.code !== unauthenticated().code) return CLOSE.UNAVAILABLE;
  switch (error.extensions['reason']) {
    case 'EXPIRED':
      return CLOSE.TOKEN_EXPIRED;
    case 'REVOKED':
      return CLOSE.SESSION_REVOKED;
    case 'ROLE_REVOKED':
      return CLOSE.ROLE_REVOKED;
    default:
      return CLOSE.INVALID_TOKEN;
  }
}
