import { createHash } from 'node:crypto';
import type { DerivedFile } from './derived-file.js';

/** One picture; what is longer stays in the text and is left out with it. */
const MAX_LENGTH = 28 * 1024 * 1024;

/**
 * Takes pictures that authors pasted into HTML or XML as `data:` addresses out of the text: yields
 * each as a file, and returns the text with addresses below `/static/` in their place. PNG, JPEG,
 * GIF, WebP and SVG by their content, whatever they are said to be; anything else stays as it is.
 * An equal picture is yielded each time it occurs.
 */
export function* liftPictures(text: string): Generator<DerivedFile, string> {
  const kept: string[] = [];
  let from = 0;
  const start = /data:image\//gi;
  for (let match = start.exec(text); match; match = start.exec(text)) {
    const end = endOf(text, match.index);
    if (end === -1 || end - match.index > MAX_LENGTH) continue;
    const picture = readPicture(text.slice(match.index, end));
    if (!picture) continue;
    kept.push(text.slice(from, match.index), addressOf(picture.path));
    from = end;
    start.lastIndex = end;
    yield picture;
  }
  kept.push(text.slice(from));
  return kept.join('');
}

/** Where an address ends: at the mark that it began with, or at what no address may hold. */
function endOf(text: string, start: number): number {
  const before = text.slice(Math.max(0, start - 6), start);
  const mark = /(&quot;|&#34;|&#39;|&apos;|["'(])$/.exec(before)?.[1];
  if (mark !== undefined) return text.indexOf(mark === '(' ? ')' : mark, start);
  const end = text.slice(start, start + MAX_LENGTH).search(/[\s"'<>()]/);
  return end === -1 ? text.length : start + end;
}

function readPicture(address: string): DerivedFile | null {
  const comma = address.indexOf(',');
  if (comma === -1 || comma > 200) return null;
  const content = /;\s*base64$/i.test(address.slice(0, comma))
    ? fromBase64(address.slice(comma + 1))
    : fromText(address.slice(comma + 1));
  const extension = content && extensionOf(content);
  if (!extension) return null;
  const sum = createHash('sha256').update(content).digest('hex');
  const filename = `picture-${sum.slice(0, 16)}.${extension}`;
  return { path: `static/\\pasted\\${sum}.${extension}`, filename, content };
}

function fromBase64(given: string): Buffer | null {
  const plain = unescaped(given).replace(/\s+/g, '');
  return /^[\w+/-]+={0,2}$/.test(plain) ? Buffer.from(plain, 'base64') : null;
}

function fromText(given: string): Buffer | null {
  try {
    return Buffer.from(decodeURIComponent(unescaped(given)));
  } catch {
    return null;
  }
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  gt: '>',
  lt: '<',
  quot: '"',
};

/** Without the escapes of HTML, and those of addresses where base64 has them. */
function unescaped(text: string): string {
  const plain = text.replace(/&(?:#(\d{1,6})|#x([\da-f]{1,5})|(\w+));/gi, (all, ten, hex, name) => {
    if (ten) return String.fromCodePoint(Math.min(Number(ten), 0x10ffff));
    if (hex) return String.fromCodePoint(Number.parseInt(String(hex), 16));
    return NAMED[String(name)] ?? all;
  });
  return plain.replace(/%(0A|0D|20|2B|2F|3D)/gi, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );
}

function extensionOf(content: Buffer): string | null {
  const text = content.subarray(0, 16).toString('latin1');
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (text.startsWith('\xff\xd8\xff')) return 'jpg';
  if (/^GIF8[79]a/.test(text)) return 'gif';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  const head = content.subarray(0, 2_000).toString('utf8');
  return /^\s*(<\?xml[^>]*>\s*|<!--[\s\S]*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]/i.test(head)
    ? 'svg'
    : null;
}

const addressOf = (path: string) => `/${path.replaceAll('\\', '%5C')}`;
