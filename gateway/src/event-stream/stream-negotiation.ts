import Negotiator from 'negotiator';
import { multipart } from './multipart.js';
import { serverSentEvents } from './server-sent-events.js';
import type { StreamFormat } from './stream-format.js';

const SSE = 'text/event-stream';
const MULTIPART = 'multipart/mixed';
const APOLLO = /subscriptionSpec="?1\.0/i;

/** The format a client names; wildcards ask for none. */
export function streamFormatOf(accept: string | undefined): StreamFormat | null {
  if (!accept || !(accept.includes(SSE) || APOLLO.test(accept))) return null;
  const wanted = new Negotiator({ headers: { accept } }).mediaTypes();
  for (const type of wanted) {
    if (type === SSE) return serverSentEvents;
    if (type === MULTIPART && APOLLO.test(accept)) return multipart;
  }
  return null;
}
