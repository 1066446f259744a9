import { z } from 'zod';

const MOST_WORDS = 8;

/** What people, organizations and teams are called: one line of anything printable. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'Without line breaks or control characters.');

/**
 * A name as it is searched and sorted: its words without case, accents and punctuation, so that
 * "Ángela O’Neill" is found by "angela oneill".
 */
export function searchNameOf(name: string): string {
  const words = wordsOf(name).join(' ');
  return words || name.toLowerCase();
}

/** The words of a search, of which all must be found; the first eight. */
export function searchWords(search: string): string[] {
  return wordsOf(search).slice(0, MOST_WORDS);
}

function wordsOf(text: string): string[] {
  return text
    .normalize('NFKD')
    .replaceAll(/[\p{M}'’`]/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
}
