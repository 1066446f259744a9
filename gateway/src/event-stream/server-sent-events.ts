import { textOf } from '../subscriptions/result-text.js';
import type { StreamFormat } from './stream-format.js';

const COMMENT = ':\n\n';
// With a line for data, however empty: browsers pass over an event without one.
const COMPLETE = 'event: complete\ndata:\n\n';

/** The distinct connections mode of GraphQL over Server-Sent Events. */
export const serverSentEvents: StreamFormat = {
  transport: 'sse',
  contentType: 'text/event-stream; charset=utf-8',
  head: COMMENT,
  heartbeat: COMMENT,
  message(result) {
    const cursor = result.extensions?.['cursor'];
    // Browsers send it back as Last-Event-ID when they connect again.
    const id = typeof cursor === 'string' ? `id: ${cursor}\n` : '';
    return `event: next\n${id}data: ${textOf(result)}\n\n`;
  },
  end: COMPLETE,
  failure: (refusal) => `event: next\ndata: ${textOf(refusal)}\n\n${COMPLETE}`,
  // Clients connect again when a stream breaks off.
  goingAway: () => '',
};
