/**
 * A consumer throws it for an event that builds on one of another service which has not arrived:
 * services publish side by side, so what came first may be heard of last. The event is tried again
 * for up to an hour without its tries being counted, while only what its own service tells of the
 * same aggregate waits behind it.
 */
export class NotYet extends Error {
  /** @param missing what has to arrive first, for logs and dead letters */
  constructor(missing: string) {
    super(`Not here yet: ${missing}`);
    this.name = 'NotYet';
  }
}
