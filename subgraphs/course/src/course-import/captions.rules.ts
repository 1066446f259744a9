import type { DerivedFile } from './derived-file.js';

/** More than a day of speech. */
export const MAX_CAPTIONS_BYTES = 4 * 1024 * 1024;

/**
 * Open edX keeps some transcripts as JSON: lists of `start` and `end` (in milliseconds) and `text`.
 * Browsers show WebVTT.
 * @param path of a file that ends in `.sjson`
 * @returns null when it is no such transcript
 */
export function captionsOf(path: string, json: string): DerivedFile | null {
  const given = parse(json);
  const starts = list(given['start']);
  const ends = list(given['end']);
  const texts = list(given['text']);
  if (starts.length === 0 || texts.length !== starts.length || ends.length !== starts.length) {
    return null;
  }
  const cues = starts.flatMap((start, index) => {
    const [from, to, text] = [Number(start), Number(ends[index]), texts[index]];
    if (!(from >= 0) || !(to >= from) || typeof text !== 'string') return [];
    const words = wordsOf(text);
    return words === '' ? [] : [`${clock(from)} --> ${clock(to)}\n${words}\n`];
  });
  if (cues.length === 0) return null;
  const name = path.split('/').at(-1) ?? path;
  const filename = `${name.replace(/(\.srt)?\.sjson$/i, '')}.vtt`;
  return { path, filename, content: Buffer.from(`WEBVTT\n\n${cues.join('\n')}`) };
}

/** A blank line would end the cue, and an arrow would begin one. */
function wordsOf(text: string): string {
  return text
    .replaceAll(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => ENTITIES[name] ?? '')
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  amp: '&',
};

function clock(milliseconds: number): string {
  const whole = Math.round(milliseconds);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const seconds = whole / 1_000;
  return `${two(seconds / 3_600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}.${String(whole % 1_000).padStart(3, '0')}`;
}

function parse(json: string): Record<string, unknown> {
  try {
    const given: unknown = JSON.parse(json);
    return typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
