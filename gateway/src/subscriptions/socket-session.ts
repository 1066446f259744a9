import { LyceumError, unauthenticated } from '@lyceum/platform/errors';
import { MessageType, parseMessage, type SubscribeMessage } from 'graphql-ws';
import { callerOf, type Caller } from '../pipeline/bearer.js';
import { correlationIdOf } from '../pipeline/correlation-id.js';
import {
  clientOf,
  readOperationRequest,
  UNNAMED_CLIENT,
  type Client,
} from '../pipeline/operation-request.js';
import type { Asker, PublicResult } from '../pipeline/operations.js';
import type { AccessTokens } from '../viewer/access-tokens.js';
import { CLOSE, subscriberExists, type CloseReason } from './close-codes.js';
import { tooManyOpen, type OperationStream, type OperationStreams } from './operation-streams.js';
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

/** An operation from its `subscribe` to its end, by either side. */
interface Running {
  readonly abort: AbortController;
  stream: OperationStream | null;
}

/**
 * One client's side of graphql-transport-ws: who it is, and what it asked for. graphql-ws reads the
 * messages; its server is not used, since it frees an id only when the operation has come to rest and
 * not when the client has completed it, and offers no way to give up an execution.
 */
export class SocketSession {
  readonly #running = new Map<string, Running>();
  readonly #initTimer: NodeJS.Timeout;
  #isInitialised = false;
  #who: StandingCaller | null = null;
  #client: Client = UNNAMED_CLIENT;
  #isGone = false;
  #isLeaving = false;
  #idleSince = 0;

  constructor(
    private readonly socket: Socket,
    private readonly network: string | null,
    private readonly options: SessionOptions,
  ) {
    this.#initTimer = setTimeout(() => {
      if (!this.#isInitialised) socket.close(CLOSE.INIT_TIMEOUT);
    }, options.initTimeoutMs).unref();
  }

  /** Milliseconds since there was anything to do; 0 while there is, and before the acknowledgement. */
  get idleMs(): number {
    if (!this.#who || this.#running.size > 0) return 0;
    return performance.now() - this.#idleSince;
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

  /**
   * Closes the connection for the client to connect elsewhere, once all is answered that has one
   * answer: a client that lost it would ask again, and change data twice.
   */
  leave(): void {
    this.#isLeaving = true;
    this.#closeWhenAnswered();
  }

  /** The connection has gone: nothing goes on. */
  end(): void {
    this.#isGone = true;
    clearTimeout(this.#initTimer);
    this.#who?.leave();
    for (const running of this.#running.values()) giveUp(running);
    this.#running.clear();
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
        return this.#complete(message.id);
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
    this.#idleSince = performance.now();
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
    if (this.#running.size > 0 && rightsOf(before) !== rightsOf(caller)) {
      return this.#refuse(CLOSE.ROLE_REVOKED);
    }
    this.#who.renew(caller);
    return { expiresAt: caller.expiresAt?.toISOString() };
  }

  #refuse(reason: CloseReason): null {
    this.socket.close(reason);
    return null;
  }

  async #subscribe({ id, payload }: SubscribeMessage): Promise<void> {
    if (!this.#who) return this.socket.close(CLOSE.NOT_ACKNOWLEDGED);
    // Asked again, once the connection is closed, where it is connected then.
    if (this.#isLeaving) return;
    if (this.#running.has(id)) return this.socket.close(subscriberExists(id));
    const { viewer } = this.#who.caller;
    const correlationId = correlationIdOf(hintOf(payload.extensions));
    const { streams, operationsPerConnection: most } = this.options;
    if (this.#running.size >= most) {
      return this.#sayError(id, tooManyOpen('SUBSCRIPTIONS_PER_CONNECTION', most), correlationId);
    }
    const running: Running = { abort: new AbortController(), stream: null };
    this.#running.set(id, running);
    const asker: Asker = {
      viewer,
      correlationId,
      network: this.network,
      client: this.#client,
      signal: running.abort.signal,
    };
    try {
      const request = readOperationRequest(payload);
      running.stream = await streams.open(request, asker, (reason) =>
        this.socket.close(CLOSE[reason]),
      );
    } catch (error) {
      if (this.#forget(id, running)) {
        const said = this.#sayError(id, error, correlationId);
        this.#closeWhenAnswered();
        await said;
      }
      return;
    }
    this.#closeWhenAnswered();
    await this.#deliver(id, running, running.stream);
  }

  async #sayError(id: string, error: unknown, correlationId: string): Promise<void> {
    const { errors: payload } = this.options.streams.refuse(error, correlationId);
    await this.socket.send(JSON.stringify({ id, type: MessageType.Error, payload }));
  }

  async #deliver(id: string, running: Running, stream: OperationStream): Promise<void> {
    const isOpen = (): boolean => this.#running.get(id) === running;
    // Completed while it was being opened.
    if (!isOpen()) return giveUp(running);
    const start = `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`;
    for await (const result of stream) {
      if (!isOpen()) return;
      await this.socket.send(`${start}${jsonOf(result)}}`);
    }
    if (this.#forget(id, running)) {
      const said = this.socket.send(JSON.stringify({ id, type: MessageType.Complete }));
      this.#closeWhenAnswered();
      await said;
    }
  }

  #closeWhenAnswered(): void {
    if (!this.#isLeaving) return;
    const running = [...this.#running.values()];
    if (running.every(({ stream }) => stream?.isLive)) this.socket.close(CLOSE.GOING_AWAY);
  }

  #complete(id: string): void {
    const running = this.#running.get(id);
    if (!running || !this.#forget(id, running)) return;
    giveUp(running);
    this.#closeWhenAnswered();
  }

  /** Frees the id; false when it is not this operation's any more. */
  #forget(id: string, running: Running): boolean {
    if (this.#running.get(id) !== running) return false;
    this.#running.delete(id);
    this.#idleSince = performance.now();
    return true;
  }
}

function giveUp({ abort, stream }: Running): void {
  abort.abort();
  void stream?.return();
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

const texts = new WeakMap<PublicResult, string>();

/** Subscribers of the same are told the same, so it is written out once for all of them. */
function jsonOf(result: PublicResult): string {
  let text = texts.get(result);
  if (text === undefined) texts.set(result, (text = JSON.stringify(result)));
  return text;
}

/** Clients name their token in one of the ways that are in use. */
function authorizationOf(params: Payload | undefined): string | undefined {
  const { accessToken } = params ?? {};
  if (typeof accessToken === 'string' && accessToken) return `Bearer ${accessToken}`;
  const header = params?.['Authorization'] ?? params?.['authorization'];
  return typeof header === 'string' ? header : undefined;
}

function hintOf(extensions: Payload | null | undefined): string | undefined {
  const hint = extensions?.['correlationId'];
  return typeof hint === 'string' ? hint : undefined;
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
