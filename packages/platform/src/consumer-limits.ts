export interface ConsumerLimits {
  /** Events handled in one transaction; 200. */
  batch: number;
  /** Events received and not done, waiting ones included; 1,000. */
  maxInFlight: number;
  /** Tries before an event is set aside; 8. */
  tries: number;
  /** Delay before the second try, in milliseconds, doubling up to `mostDelayMs`; 100 and 30,000. */
  firstDelayMs: number;
  mostDelayMs: number;
  /** How long a `NotYet` is taken for what it says, in milliseconds, before its tries count; an hour. */
  notYetMs: number;
  /** How often to look for dead letters to replay, in milliseconds; 5,000. */
  replayPollMs: number;
  /** Days that ids of handled events are remembered; 30. More than the bus keeps events. */
  inboxDays: number;
}

export const CONSUMER_LIMITS: ConsumerLimits = {
  batch: 200,
  maxInFlight: 1_000,
  tries: 8,
  firstDelayMs: 100,
  mostDelayMs: 30_000,
  notYetMs: 60 * 60_000,
  replayPollMs: 5_000,
  inboxDays: 30,
};
