/** The parts of a template file: a line `=== <name>` begins each. */
export const SECTIONS = ['subject', 'title', 'body', 'text', 'html'] as const;
export type Section = (typeof SECTIONS)[number];

/**
 * Splits a template file.
 * @throws Error when a part is missing, unknown or there twice, or text stands before the first
 */
export function splitTemplate(
  source: string,
  wanted: readonly Section[] = SECTIONS,
): Record<Section, string> {
  const [before, ...rest] = source.split(/^=== *(\S+) *$\n?/m);
  if (before?.trim()) throw new Error('There is text before the first part.');
  const parts = new Map<string, string>();
  for (let i = 0; i < rest.length; i += 2) {
    const name = rest[i]!;
    if (parts.has(name)) throw new Error(`The part ${name} is there twice.`);
    parts.set(name, rest[i + 1]!.trim());
  }
  const missing = wanted.filter((name) => !parts.get(name));
  if (missing.length > 0) throw new Error(`Missing: ${missing.join(', ')}.`);
  const unknown = [...parts.keys()].filter((name) => !wanted.includes(name as Section));
  if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(', ')}.`);
  return Object.fromEntries(parts) as Record<Section, string>;
}

/** Longer than any honest name or title is. */
const LONGEST = 300;

/**
 * A text that people chose (a name, a title), fit to stand within a line: no line breaks and other
 * control characters, nothing that turns the writing direction around, and of bounded length.
 */
export function oneLine(text: string): string {
  const plain = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  const characters = Array.from(plain);
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : plain;
}
