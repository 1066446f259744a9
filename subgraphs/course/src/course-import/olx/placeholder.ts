import { sanitizePage } from '../../content/sanitize.js';
import type { DraftBlock } from '../../draft/draft-tree.js';
import { escapeHtml } from './xml.js';

/** A block that could not be imported. */
export interface LostBlock {
  kind: string;
  /** Empty when it has none. */
  title: string;
}

const WORDS: Readonly<Record<string, string>> = { html: 'page' };
/** Further ones are counted. */
const LISTED = 50;

/** A page that says what stood in a topic none of whose blocks could be imported. */
export function placeholder(title: string, lost: readonly LostBlock[]): DraftBlock {
  const items = lost.slice(0, LISTED).map((block) => {
    const kind = escapeHtml(WORDS[block.kind] ?? block.kind.replaceAll('_', ' ').slice(0, 60));
    const name = block.title.replace(/\s+/g, ' ').trim().slice(0, 300);
    return `<li>${name ? `${escapeHtml(name)} (${kind})` : kind}</li>`;
  });
  const more = lost.length - LISTED;
  if (more > 0) items.push(`<li>${more} more</li>`);
  const html = `<p>This part of the course could not be imported. It contained:</p><ul>${items.join('')}</ul>`;
  return { kind: 'PAGE', title, html: sanitizePage(html) };
}
