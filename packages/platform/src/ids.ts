import { v7, validate, version } from 'uuid';

/** A new UUIDv7: sortable by the time it was made. */
export function newId(): string {
  return v7();
}

/** When a UUIDv7 was made, in milliseconds since 1970; null for any other text. */
export function mintedAt(id: string): number | null {
  if (!validate(id) || version(id) !== 7) return null;
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

export function isId(text: string): boolean {
  return validate(text);
}
