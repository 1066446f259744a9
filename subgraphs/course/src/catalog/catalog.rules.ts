/** Longest search that is read; what comes after is ignored by nobody: it is refused. */
export const MAX_SEARCH = 200;

/**
 * What the last word of a search may be the beginning of, as someone is still typing it; null when
 * the search ends otherwise, or the word is excluded or quoted. Letters and digits only, so that it
 * can stand in a tsquery.
 */
export function unfinishedWord(search: string): string | null {
  const match = /(?<before>^|[\s,;])(?<word>[\p{L}\p{N}]+)$/u.exec(search);
  const quotes = search.split('"').length - 1;
  if (!match?.groups || quotes % 2 === 1) return null;
  return match.groups['word']!.toLowerCase();
}

/** The search without that word. */
export function finishedWords(search: string): string {
  return search.replace(/[\p{L}\p{N}]+$/u, '').trim();
}
