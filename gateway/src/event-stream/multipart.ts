import type { StreamFormat } from './stream-format.js';

const BOUNDARY = 'graphql';
const NEXT = `\r\n--${BOUNDARY}`;
const LAST = '--\r\n';

/** With the boundary behind it, since that is what tells a client that the part is whole. */
function part(content: object): string {
  return `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${JSON.stringify(content)}${NEXT}`;
}

/** Apollo's protocol for subscriptions over multipart HTTP, version 1.0. */
export const multipart: StreamFormat = {
  contentType: `multipart/mixed; boundary="${BOUNDARY}"; subscriptionSpec=1.0`,
  head: `${NEXT}${part({})}`,
  heartbeat: part({}),
  message: (payload) => part({ payload }),
  end: LAST,
  failure: ({ errors }) => part({ payload: null, errors }) + LAST,
  goingAway: ({ errors }) => part({ payload: null, errors }) + LAST,
};
