import { Parser } from 'htmlparser2';
import type { SkipReason } from '../import-report.js';
import { escapeHtml } from './xml.js';

/** What an address means has no counterpart here. */
export const MISSING = Symbol('missing');

/** What the rewriting of a page asks of the course around it. */
export interface PageSurroundings {
  /** The media id of a file the course brings; null for other addresses; MISSING when it is not there. */
  media(address: string): string | null | typeof MISSING;
  /** The topic that a link within the course leads to; null for other addresses. */
  topic(address: string): string | null | typeof MISSING;
  leftOut(code: SkipReason, reason: string): void;
}

const DROPPED = new Set(['script', 'style', 'link', 'noscript', 'template', 'object', 'embed']);
const CONTROLS = new Set(['button', 'input', 'select', 'textarea', 'form']);
const VOID = new Set(['area', 'br', 'col', 'hr', 'img', 'input', 'link', 'source', 'track', 'wbr']);

/**
 * Turns a page of Open edX into one of Lyceum's: files to `media:<id>`, links within the course to
 * `topic:<id>`, embedded frames to links; what cannot act here is left out and told. The result is
 * still to be sanitized.
 */
export function rewritePage(html: string, around: PageSurroundings): string {
  const out: string[] = [];
  const told = new Set<string>();
  let skipping = 0;
  const tell = (code: SkipReason, reason: string) => {
    if (!told.has(reason)) around.leftOut(code, reason);
    told.add(reason);
  };
  const parser = new Parser(
    {
      onopentag(name, given) {
        if (skipping > 0 || DROPPED.has(name)) {
          if (!VOID.has(name)) skipping += 1;
          if (skipping <= 1) tell('LEFT_OUT', 'scripts and styles');
          return;
        }
        if (name === 'iframe') {
          out.push(frame(given, around, tell));
          skipping += 1;
          return;
        }
        const attributes = rewriteAttributes(name, given, around, tell);
        out.push(`<${name}${attributes}>`);
      },
      ontext(text) {
        if (skipping === 0) out.push(escapeHtml(text));
      },
      onclosetag(name) {
        if (VOID.has(name)) return;
        if (skipping > 0) skipping -= 1;
        else out.push(`</${name}>`);
      },
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return withTexDelimiters(out.join('').trim());
}

/** Open edX has three more ways to write what TeX has between `\(…\)` and `\[…\]`. */
function withTexDelimiters(html: string): string {
  return html
    .replaceAll(/<math>\s*\$([^<$]*)\$\s*<\/math>/g, (_, tex: string) => `\\(${tex.trim()}\\)`)
    .replaceAll(
      /\[mathjaxinline\]((?:(?!\[mathjaxinline\])[^<])*?)\[\/mathjaxinline\]/g,
      (_, tex: string) => `\\(${tex}\\)`,
    )
    .replaceAll(
      /\[mathjax\]((?:(?!\[mathjax\])[^<])*?)\[\/mathjax\]/g,
      (_, tex: string) => `\\[${tex}\\]`,
    );
}

function frame(
  given: Readonly<Record<string, string>>,
  around: PageSurroundings,
  tell: (code: SkipReason, reason: string) => void,
): string {
  const source = given['src'] ?? '';
  const media = around.media(source);
  const href = media === null ? source : media === MISSING ? '' : `media:${media}`;
  tell('LEFT_OUT', `an embedded frame (${source.slice(0, 200)}); ${href ? 'a link is kept' : ''}`);
  const name = escapeHtml(given['title'] || source);
  return href ? `<p><a href="${quoted(href)}">${name}</a></p>` : '';
}

function rewriteAttributes(
  tag: string,
  given: Readonly<Record<string, string>>,
  around: PageSurroundings,
  tell: (code: SkipReason, reason: string) => void,
): string {
  let text = '';
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith('on')) {
      tell('LEFT_OUT', 'what happens by script on a click or the like');
      continue;
    }
    if (name !== 'src' && name !== 'href' && name !== 'poster') {
      text += ` ${name}="${quoted(value)}"`;
      continue;
    }
    const address = rewriteAddress(tag, value.trim(), around, tell);
    if (address !== null) text += ` ${name}="${quoted(address)}"`;
  }
  return text;
}

function rewriteAddress(
  tag: string,
  address: string,
  around: PageSurroundings,
  tell: (code: SkipReason, reason: string) => void,
): string | null {
  const media = around.media(address);
  if (media !== null) return media === MISSING ? null : `media:${media}`;
  const topic = around.topic(address);
  if (topic === MISSING) {
    tell('UNRESOLVED_LINK', `the link ${address.slice(0, 200)}`);
    return null;
  }
  if (topic !== null) return `topic:${topic}`;
  if (address.startsWith('#') || /^(https?|mailto):/i.test(address)) return address;
  if (address === '') return null;
  tell('UNRESOLVED_LINK', `the address ${address.slice(0, 200)} of <${tag}>`);
  return null;
}

/** Whether a page is nothing but controls that a script works, such as a row of vote buttons. */
export function isScriptedWidget(html: string): boolean {
  if (html.length > 20_000 || !/\son\w+\s*=/i.test(html)) return false;
  let inside = 0;
  let scripted = false;
  let outside = '';
  let shows = false;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (CONTROLS.has(name)) inside += 1;
      if (Object.keys(attributes).some((attribute) => attribute.startsWith('on'))) scripted = true;
      if (['img', 'video', 'audio', 'table', 'iframe', 'a'].includes(name)) shows = true;
    },
    ontext(text) {
      if (inside === 0) outside += text;
    },
    onclosetag(name) {
      if (CONTROLS.has(name)) inside -= 1;
    },
  });
  parser.end(html);
  return scripted && !shows && outside.trim().length < 80;
}

/** Whether sanitized HTML shows anything at all. */
export function isBlank(html: string): boolean {
  if (/<(img|video|audio)\b[^>]*\s(src|alt)=/.test(html) || /<(video|audio|hr)\b/.test(html)) {
    return false;
  }
  return html.replaceAll(/<[^>]*>/g, '').replaceAll(/&nbsp;|\s/g, '') === '';
}

const quoted = (text: string) => escapeHtml(text).replaceAll('"', '&quot;');
