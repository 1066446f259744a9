import type { PublicResult } from '../pipeline/operations.js';
import { textOf } from '../subscriptions/result-text.js';
import type { StreamFormat } from './stream-format.js';

const BOUNDARY = 'graphql';
const NEXT = `\r\n--${BOUNDARY}`;
const LAST = '--\r\n';

/** With the boundary behind it, since that is what tells a client that the part is whole. */
function part(json: string): string {
  return `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}${NEXT}`;
}

/** What is wrong with the stream itself, after which it ends. */
function ofStream({ errors }: PublicResult): string {
  return part(JSON.stringify({ payload: null, errors })) + LAST;
}

/** Apollo's protocol for subscriptions over multipart HTTP, version 1.0. */
export const multipart: StreamFormat = {
  transport: 'multipart',
  contentType: `multipart/mixed; boundary="${BOUNDARY}"; subscriptionSpec=1.0`,
  head: `${NEXT}${part('{}')}`,
  heartbeat: part('{}'),
  message: (payload) => part(`{"payload":${textOf(payload)}}`),
  end: LAST,
  failure: ofStream,
  goingAway: ofStream,
};
