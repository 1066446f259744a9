import { isPlainText, readableText } from './readable-text.rules.js';

/** A text as it is kept: plain, and with HTML where plain text would lose something. */
export type RichText = {
  /** Plain text, readable without the HTML. */
  text: string;
  /** Sanitized; absent when `text` says it all. */
  html?: string | undefined;
};

/**
 * @param html sanitized
 * @param longest characters that the plain text may have; a longer one ends in `…`
 */
export function richText(html: string, longest: number): RichText {
  const text = readableText(html);
  const shortened = text.length > longest ? `${text.slice(0, longest - 1).trimEnd()}…` : text;
  return isPlainText(html) && shortened === text ? { text } : { text: shortened, html };
}

/** Plain text as HTML that shows the same: escaped, its lines kept. */
export function htmlOfPlainText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/\r\n?|\n/g, '<br />');
}

/** The HTML to show for a text. */
export function shownHtml({ text, html }: RichText): string {
  return html ?? htmlOfPlainText(text);
}

/** The first pair of texts that look the same, as their places; null when all differ. */
export function equalTexts(texts: readonly RichText[]): [number, number] | null {
  const seen = new Map<string, number>();
  for (const [index, given] of texts.entries()) {
    const shown = shownHtml(given).replaceAll(/\s+/g, ' ').trim();
    const before = seen.get(shown);
    if (before !== undefined) return [before, index];
    seen.set(shown, index);
  }
  return null;
}

/**
 * Texts whose HTML differs and whose plain text does not (pictures of one description, say) are
 * numbered by their place, so that they can be told apart wherever plain text alone is shown.
 */
export function toldApart<T extends RichText>(texts: readonly T[], longest: number): T[] {
  const count = new Map<string, number>();
  for (const { text } of texts) count.set(text, (count.get(text) ?? 0) + 1);
  return texts.map((given, index) => {
    if (given.html === undefined || count.get(given.text) === 1) return given;
    const place = ` (${index + 1})`;
    return { ...given, text: given.text.slice(0, longest - place.length) + place };
  });
}
