import { createClient } from 'graphql-ws';
import type { Session } from './session.js';

/** Events shown of one subscription; older ones are forgotten. */
const MOST_SHOWN = 100;

export interface LiveEvent {
  readonly id: number;
  readonly at: Date;
  readonly payload: unknown;
}

/** A subscription that goes on while other operations are run, as whoever was signed in then. */
export interface LiveSubscription {
  readonly id: number;
  readonly title: string;
  readonly who: string;
  readonly state: 'open' | 'ended';
  readonly count: number;
  readonly events: readonly LiveEvent[];
}

export interface Operation {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown>;
}

/** All subscriptions of this page. */
export class Live {
  #subscriptions: readonly LiveSubscription[] = [];
  readonly #stops = new Map<number, () => void>();
  readonly #listeners = new Set<() => void>();
  #ids = 0;

  readonly list = (): readonly LiveSubscription[] => this.#subscriptions;

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  open(operation: Operation, session: Session | null): string {
    this.#ids += 1;
    const id = this.#ids;
    const title = operation.operationName ?? 'Subscription';
    const who = session?.account.email ?? 'not signed in';
    this.#set([...this.#subscriptions, { id, title, who, state: 'open', count: 0, events: [] }]);
    const client = createClient({
      url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
      connectionParams: async () => (session ? { accessToken: await session.accessToken() } : {}),
      // A socket ends with its token; the next one begins with a fresh one.
      shouldRetry: () => true,
      retryAttempts: 50,
    });
    const unsubscribe = client.subscribe(operation, {
      next: (payload) => this.#add(id, payload),
      error: (error) => {
        this.#add(id, error instanceof CloseEvent ? { closed: error.reason } : { errors: error });
        this.#end(id);
      },
      complete: () => this.#end(id),
    });
    this.#stops.set(id, () => {
      unsubscribe();
      void client.dispose();
    });
    return title;
  }

  close(id: number): void {
    this.#stops.get(id)?.();
    this.#stops.delete(id);
    this.#set(this.#subscriptions.filter((subscription) => subscription.id !== id));
  }

  #add(id: number, payload: unknown): void {
    this.#update(id, (subscription) => {
      const count = subscription.count + 1;
      const event = { id: count, at: new Date(), payload };
      return { count, events: [event, ...subscription.events].slice(0, MOST_SHOWN) };
    });
  }

  #end(id: number): void {
    this.#update(id, () => ({ state: 'ended' }));
  }

  #update(id: number, change: (old: LiveSubscription) => Partial<LiveSubscription>): void {
    this.#set(this.#subscriptions.map((old) => (old.id === id ? { ...old, ...change(old) } : old)));
  }

  #set(subscriptions: readonly LiveSubscription[]): void {
    this.#subscriptions = subscriptions;
    for (const listener of this.#listeners) listener();
  }
}
