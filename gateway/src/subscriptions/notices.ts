import type { Position, ReplayRefusal } from '@lyceum/platform/bus/bus';
import type { ErrorCode } from '@lyceum/platform/errors';
import type { PublicResult } from '../pipeline/operations.js';
import { cursorOf } from './cursor.js';

/** Codes that subscribers alone can meet. Stable, as all are. */
export const NOTICE_CODES = ['RESYNC_REQUIRED', 'SCHEMA_CHANGED'] as const;
type NoticeCode = ErrorCode | (typeof NOTICE_CODES)[number];

/** What subscribers are told of the subscription itself, in place of an event. */
function notice(
  message: string,
  extensions: { code: NoticeCode; reason?: string },
  position: Position | null,
): PublicResult {
  return { data: null, errors: [{ message, extensions }], ...cursorExtension(position) };
}

export function cursorExtension(position: Position | null): Pick<PublicResult, 'extensions'> {
  return position === null ? {} : { extensions: { cursor: cursorOf(position) } };
}

/** The stream goes on after it, with what comes from `position` on. */
export function resyncRequired(reason: ReplayRefusal, position: Position | null): PublicResult {
  return notice(
    'It cannot be said what was missed: fetch anew. What comes from now on follows.',
    { code: 'RESYNC_REQUIRED', reason },
    position,
  );
}

/** Events come faster than the services answer, or the client reads: the stream ends with it. */
export function tooManyEvents(position: Position | null): PublicResult {
  return notice(
    'Too many events to keep up with: fetch anew, and subscribe again.',
    { code: 'SERVICE_UNAVAILABLE' },
    position,
  );
}

/** The stream ends with it. */
export function schemaChanged(position: Position | null): PublicResult {
  return notice(
    'The graph has changed in what this subscription selects: subscribe again.',
    { code: 'SCHEMA_CHANGED' },
    position,
  );
}

/** The stream ends with it, after the event that took the right away. */
export function rightEnded(eventType: string, position: Position): PublicResult {
  return notice(
    'What this subscription is about is no longer yours to see.',
    { code: 'PERMISSION_DENIED', reason: reasonOf(eventType) },
    position,
  );
}

/** `course.enrollment.withdrawn.v1` is told as `ENROLLMENT_WITHDRAWN`. */
function reasonOf(eventType: string): string {
  return eventType.split('.').slice(1, -1).join('_').replaceAll('-', '_').toUpperCase();
}
