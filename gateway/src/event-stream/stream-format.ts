import type { PublicResult } from '../pipeline/operations.js';

/** How a stream of answers is written as the body of one HTTP response. */
export interface StreamFormat {
  /** As metrics call it. */
  readonly transport: 'sse' | 'multipart';
  readonly contentType: string;
  /** Before all else, so that the client hears at once that the stream is open. */
  readonly head: string;
  /** Says nothing, and shows that the connection lives. */
  readonly heartbeat: string;
  message(result: PublicResult): string;
  /** After the last answer. */
  readonly end: string;
  /** In place of what would have followed: the client is no longer answered, and why. */
  failure(refusal: PublicResult): string;
  /** In place of what would have followed: the client is to ask again elsewhere. */
  goingAway(refusal: PublicResult): string;
}
