import type { EventEnvelope } from '@lyceum/events/envelope';
import type { RawClient, Transact } from './consumers.js';
import type { EventHandling } from './event-handling.js';
import { isConflict, isInfrastructureFailure } from './infrastructure-failure.js';
import type { Logger } from './telemetry/logger.js';
import type { Metrics } from './telemetry/metrics.js';

/** How it went; `failed` says which of the events, `from` up to `to`, may be the reason. */
export type Outcome =
  | { kind: 'done' }
  | { kind: 'stopped' }
  | { kind: 'failed'; error: unknown; from: number; to: number };

/**
 * Makes what handles a batch: one transaction over all its events and their inbox ids, so that
 * those handled before are passed over. It waits while the database is away.
 */
export function createAttempt<C extends RawClient>(options: {
  service: string;
  transact: Transact<C>;
  handling: EventHandling<C>;
  log: Logger;
  metrics: Metrics;
  /** Pauses after so many tries; false when there is to be no further one. */
  waitToTryAgain(tries: number): Promise<boolean>;
}): (batch: readonly EventEnvelope[]) => Promise<Outcome> {
  const { service, transact, handling, log, metrics } = options;

  return async function attempt(batch) {
    const events: EventEnvelope[] = [];
    try {
      for (const event of batch) events.push(handling.parse(event));
    } catch (error) {
      return { kind: 'failed', error, from: events.length, to: events.length + 1 };
    }
    const ids = events.map((event) => event.id);
    for (let tries = 1; ; tries++) {
      const progress = { from: 0, to: 0 };
      let places: number[] = [];
      let handled = false;
      try {
        await transact(null, async (tx) => {
          // The transaction may be run more than once.
          handled = false;
          const rows = await tx.prisma.$queryRaw<{ id: string }[]>`
            INSERT INTO inbox (id) SELECT unnest(${ids}::uuid[]) ON CONFLICT DO NOTHING RETURNING id`;
          const fresh = new Set(rows.map((row) => row.id));
          places = [...events.keys()].filter((place) => fresh.has(ids[place]!.toLowerCase()));
          const unhandled = places.map((place) => events[place]!);
          await handling.handle(unhandled, tx, progress);
          handled = true;
        });
        for (const place of places) metrics.consumed.inc({ service, type: events[place]!.type });
        return { kind: 'done' };
      } catch (error) {
        const stuck = isConflict(error) && events.length > 1 && tries >= 3;
        if (isInfrastructureFailure(error) && !stuck) {
          if (tries === 1) log.warn({ err: error }, 'The database is away or busy, trying again');
          if (!(await options.waitToTryAgain(tries))) return { kind: 'stopped' };
          continue;
        }
        // At the commit, or in the inbox: any of them may be the reason.
        const unknown = stuck || handled || places.length === 0;
        return {
          kind: 'failed',
          error,
          from: unknown ? 0 : places[progress.from]!,
          to: unknown ? events.length : places[progress.to - 1]! + 1,
        };
      }
    }
  };
}
