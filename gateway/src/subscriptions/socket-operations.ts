import { MessageType, type SubscribeMessage } from 'graphql-ws';
import { correlationIdOf } from '../pipeline/correlation-id.js';
import { readOperationRequest } from '../pipeline/operation-request.js';
import type { Asker } from '../pipeline/operations.js';
import { CLOSE, subscriberExists } from './close-codes.js';
import { tooManyOpen, type OperationStream, type OperationStreams } from './operation-streams.js';
import { textOf } from './result-text.js';
import type { Socket } from './socket.js';

/** An operation from its `subscribe` to its end, by either side. */
interface Running {
  readonly abort: AbortController;
  stream: OperationStream | null;
}

/** What one client has open on its socket, each under an id of the client's choosing. */
export class SocketOperations {
  readonly #running = new Map<string, Running>();
  #isLeaving = false;
  #idleSince = performance.now();

  /** @param most operations that may be open at a time */
  constructor(
    private readonly socket: Socket,
    private readonly streams: OperationStreams,
    private readonly most: number,
  ) {}

  /** Milliseconds since anything was open; 0 while something is. */
  get idleMs(): number {
    return this.#running.size > 0 ? 0 : performance.now() - this.#idleSince;
  }

  get size(): number {
    return this.#running.size;
  }

  async begin(
    { id, payload }: SubscribeMessage,
    who: Pick<Asker, 'viewer' | 'client' | 'network'>,
  ): Promise<void> {
    // Asked again, once the connection is closed, where it is connected then.
    if (this.#isLeaving) return;
    if (this.#running.has(id)) return this.socket.close(subscriberExists(id));
    const hint = payload.extensions?.['correlationId'];
    const correlationId = correlationIdOf(typeof hint === 'string' ? hint : undefined);
    if (this.#running.size >= this.most) {
      const error = tooManyOpen('SUBSCRIPTIONS_PER_CONNECTION', this.most);
      return this.#sayError(id, error, correlationId);
    }
    const running: Running = { abort: new AbortController(), stream: null };
    this.#running.set(id, running);
    const asker: Asker = { ...who, correlationId, signal: running.abort.signal };
    try {
      const request = readOperationRequest(payload);
      running.stream = await this.streams.open(request, asker, (reason) =>
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

  /** By the client. */
  complete(id: string): void {
    const running = this.#running.get(id);
    if (!running || !this.#forget(id, running)) return;
    giveUp(running);
    this.#closeWhenAnswered();
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
    for (const running of this.#running.values()) giveUp(running);
    this.#running.clear();
  }

  async #sayError(id: string, error: unknown, correlationId: string): Promise<void> {
    const { errors: payload } = this.streams.refuse(error, correlationId);
    await this.socket.send(JSON.stringify({ id, type: MessageType.Error, payload }));
  }

  async #deliver(id: string, running: Running, stream: OperationStream): Promise<void> {
    const isOpen = (): boolean => this.#running.get(id) === running;
    // Completed while it was being opened.
    if (!isOpen()) return giveUp(running);
    const start = `{"id":${JSON.stringify(id)},"type":"${MessageType.Next}","payload":`;
    for await (const result of stream) {
      if (!isOpen()) return;
      await this.socket.send(`${start}${textOf(result)}}`);
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
