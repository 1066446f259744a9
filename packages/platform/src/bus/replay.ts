import type { Position, Replay, ReplayRequest } from './bus.js';
import type { NumberedEvent } from './recent-events.js';

/** Those of the missed events that were asked for, unless they are too many or in doubt. */
export function selectMissed(
  missed: readonly NumberedEvent[],
  { types, organizationId, limit }: Omit<ReplayRequest, 'after'>,
  positionOf: (number: number) => Position,
): Replay {
  const wanted = missed.filter(
    ({ event }) => event.organizationId === organizationId && types.includes(event.type),
  );
  if (wanted.some(({ doubtful }) => doubtful)) return { refused: 'UNKNOWN' };
  if (wanted.length > limit) return { refused: 'TOO_MANY' };
  return {
    events: wanted.map(({ event, number }) => ({ event, position: positionOf(number) })),
  };
}
