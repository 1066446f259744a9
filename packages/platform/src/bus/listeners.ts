import type { EventEnvelope } from '@lyceum/events/envelope';
import type { Logger } from '../telemetry/logger.js';
import type { Closable, Listener, Position } from './bus.js';

/** Those who are told of every event as it comes; one that fails does not stop the others. */
export class Listeners {
  readonly #listeners = new Set<Listener>();

  constructor(private readonly log: Logger) {}

  add(listener: Listener): Closable {
    // Of its own, so that the same function may listen twice.
    const added: Listener = (event, position) => listener(event, position);
    this.#listeners.add(added);
    return { close: async () => void this.#listeners.delete(added) };
  }

  tell(event: EventEnvelope, position: Position): void {
    for (const listener of this.#listeners) {
      try {
        listener(event, position);
      } catch (error) {
        this.log.error({ err: error, eventId: event.id }, 'A listener of the bus failed');
      }
    }
  }

  get size(): number {
    return this.#listeners.size;
  }

  clear(): void {
    this.#listeners.clear();
  }
}
