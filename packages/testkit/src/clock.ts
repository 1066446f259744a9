/** A clock that stands still until a test moves it. Pass `clock.now` where code asks for the time. */
export interface TestClock {
  /** The current time of this clock; a fresh Date on every call. */
  readonly now: () => Date;
  /** Moves to the given instant, forwards or backwards. */
  set(instant: Date | string): void;
  /** Moves by a duration in milliseconds; negative goes back. */
  advance(milliseconds: number): void;
}

/** @param start the first instant, 2026-01-05T09:00:00Z (a Monday) unless told. */
export function testClock(start: Date | string = '2026-01-05T09:00:00.000Z'): TestClock {
  let current = parse(start);
  return {
    now: () => new Date(current),
    set(instant) {
      current = parse(instant);
    },
    advance(milliseconds) {
      current += milliseconds;
    },
  };
}

function parse(instant: Date | string): number {
  const time = new Date(instant).getTime();
  if (Number.isNaN(time)) throw new RangeError(`Not an instant: ${String(instant)}`);
  return time;
}
