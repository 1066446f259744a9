import type { Position } from '@lyceum/platform/bus/bus';

const LONGEST = 100;

/** A position as clients are given it, to bring back when they resume. */
export function cursorOf(position: Position): string {
  return Buffer.from(position).toString('base64url');
}

/** The position a cursor stands for; anything may be sent, so it need not be one. */
export function positionOf(cursor: unknown): Position {
  if (typeof cursor !== 'string' || cursor.length > LONGEST) return '';
  return Buffer.from(cursor, 'base64url').toString('latin1');
}
