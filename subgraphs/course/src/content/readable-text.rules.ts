import { parseDocument } from 'htmlparser2';

/** A node of htmlparser2's tree, as far as it is read here. */
interface Node {
  readonly name?: string;
  readonly data?: string;
  readonly attribs?: Readonly<Record<string, string>>;
  readonly children?: readonly Node[];
}

const BLOCKS = new Set([
  ...['p', 'div', 'br', 'hr', 'li', 'dt', 'dd', 'tr', 'td', 'th', 'caption', 'blockquote', 'pre'],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'figure', 'figcaption', 'summary', 'details'],
  ...['section', 'article', 'aside', 'header', 'footer', 'table', 'ul', 'ol', 'dl'],
]);
const FIGURES: Readonly<Record<string, string>> = {
  img: 'picture',
  video: 'video',
  audio: 'audio',
};
/** Keeps preformatted text apart from what is collapsed around it. */
const KEPT = '\u{E000}';

/**
 * Sanitized HTML as plain text that keeps its meaning: `10<sup>3</sup>` is `10^3`, `H<sub>2</sub>O`
 * is `H_2O`, a picture its description (`[picture]` without one), a formula its TeX or a linear
 * form, preformatted text its lines. All else is on one line. Empty when the HTML shows nothing.
 */
export function readableText(html: string): string {
  const preformatted: string[] = [];
  const text = read(parse(html), preformatted)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(new RegExp(` ?${KEPT}(\\d+)${KEPT} ?`, 'g'), (_, index: string) => {
      return `\n${preformatted[Number(index)] ?? ''}\n`;
    });
  return text.trim();
}

/** Whether plain text says all that the sanitized HTML does: no markup but one paragraph around it. */
export function isPlainText(html: string): boolean {
  return isUnmarked(parse(html));
}

function isUnmarked(given: readonly Node[]): boolean {
  const nodes = given.filter((node) => node.name !== undefined || node.data?.trim() !== '');
  if (nodes.every((node) => node.name === undefined)) return true;
  const [only] = nodes;
  if (nodes.length > 1 || !only || !['p', 'div', 'span'].includes(only.name ?? '')) return false;
  return Object.keys(only.attribs ?? {}).length === 0 && isUnmarked(only.children ?? []);
}

function parse(html: string): readonly Node[] {
  return parseDocument(html, { decodeEntities: true }).children;
}

function read(nodes: readonly Node[], preformatted: string[]): string {
  return nodes.map((node) => readNode(node, preformatted)).join('');
}

function readNode(node: Node, preformatted: string[]): string {
  const { name, children = [], attribs = {} } = node;
  if (name === undefined) return (node.data ?? '').replaceAll(KEPT, '');
  const inner = () => read(children, preformatted);
  const figure = FIGURES[name];
  if (figure) return ` ${attribs['alt']?.trim() || inner().trim() || shown(node, figure)} `;
  switch (name) {
    case 'pre': {
      preformatted.push(rawText(children).replace(/^\n+/, '').trimEnd());
      return ` ${KEPT}${preformatted.length - 1}${KEPT} `;
    }
    case 'sup':
      return raised('^', inner());
    case 'sub':
      return raised('_', inner());
    case 'math':
      return formula(node);
    default:
      return BLOCKS.has(name) ? ` ${inner()} ` : inner();
  }
}

/** A picture without an address shows its description alone. */
function shown({ attribs = {}, children = [] }: Node, figure: string): string {
  const source = attribs['src'] ?? children.some((child) => child.attribs?.['src'] !== undefined);
  return source ? `[${figure}]` : '';
}

function raised(sign: '^' | '_', text: string): string {
  const given = text.trim();
  if (given === '') return '';
  return /^[-+−]?[\p{L}\p{N}.,]+$/u.test(given) ? sign + given : `${sign}(${given})`;
}

/** A formula as its author wrote it in TeX, as its description, or linear: `(a)/(b)`, `x^2`. */
function formula(math: Node): string {
  const tex = find(math, ({ name, attribs }) => {
    return name === 'annotation' && /tex/i.test(attribs?.['encoding'] ?? '');
  });
  const written = tex ? rawText(tex.children ?? []).trim() : '';
  return written || math.attribs?.['alttext']?.trim() || linear(math).replaceAll(/\s+/g, ' ');
}

function linear(node: Node): string {
  const { name, children = [] } = node;
  if (name === undefined) return node.data ?? '';
  const parts = children.filter((child) => child.name !== undefined);
  const [first = '', second = '', third = ''] = parts.map((part) => linear(part).trim());
  switch (name) {
    case 'annotation':
      return '';
    case 'msup':
    case 'mover':
      return first + raised('^', second);
    case 'msub':
    case 'munder':
      return first + raised('_', second);
    case 'msubsup':
    case 'munderover':
      return first + raised('_', second) + raised('^', third);
    case 'mfrac':
      return `(${first})/(${second})`;
    case 'msqrt':
      return `√(${children.map(linear).join('').trim()})`;
    case 'mroot':
      return `${first}^(1/${second})`;
    default:
      return children.map(linear).join('').trim();
  }
}

function find(node: Node, wanted: (node: Node) => boolean): Node | null {
  if (wanted(node)) return node;
  for (const child of node.children ?? []) {
    const found = find(child, wanted);
    if (found) return found;
  }
  return null;
}

function rawText(nodes: readonly Node[]): string {
  return nodes
    .map((node) => (node.name === 'br' ? '\n' : (node.data ?? rawText(node.children ?? []))))
    .join('');
}
