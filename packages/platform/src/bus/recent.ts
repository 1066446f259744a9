import type { EventEnvelope } from '@lyceum/events/envelope';

/** How far behind the newest event one may be and still count as new to listeners. */
const TOLERANCE_MS = 10 * 60_000;

/**
 * Tells listeners' new events from replayed ones. After a lost broker volume the outboxes publish
 * days of events again; durable consumers know them by id, listeners would show them to people as
 * if they had just happened. An outage does not count: what was held up is newer than what was seen.
 */
export function createRecentFilter(): (event: EventEnvelope) => boolean {
  let newest = 0;
  return (event) => {
    const time = Date.parse(event.time);
    if (time < newest - TOLERANCE_MS) return false;
    newest = Math.max(newest, time);
    return true;
  };
}
