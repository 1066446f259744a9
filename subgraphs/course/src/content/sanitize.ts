import sanitizeHtml from 'sanitize-html';

const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

/** Presentation MathML, with its source as an annotation in text: nothing that links, acts or nests HTML. */
const FORMULA_TAGS = [
  ...['math', 'mrow', 'mi', 'mn', 'mo', 'ms', 'mtext', 'mspace', 'mfrac', 'msqrt', 'mroot'],
  ...['msub', 'msup', 'msubsup', 'munder', 'mover', 'munderover', 'mmultiscripts', 'mprescripts'],
  ...['mtable', 'mtr', 'mtd', 'mfenced', 'menclose', 'mpadded', 'mphantom', 'mstyle', 'none'],
  ...['semantics', 'annotation'],
];
const FORMULA_ATTRIBUTES: Record<string, string[]> = {
  ...Object.fromEntries(
    FORMULA_TAGS.map((tag) => [tag, ['mathvariant', 'displaystyle', 'scriptlevel']]),
  ),
  math: ['display', 'alttext', 'displaystyle'],
  mo: [
    ...['mathvariant', 'form', 'fence', 'separator', 'stretchy', 'symmetric', 'largeop'],
    ...['lspace', 'rspace', 'minsize', 'maxsize', 'movablelimits', 'accent'],
  ],
  mspace: ['width', 'height', 'depth', 'linebreak'],
  mpadded: ['width', 'height', 'depth', 'lspace', 'voffset'],
  mfrac: ['linethickness', 'displaystyle'],
  mfenced: ['open', 'close', 'separators'],
  menclose: ['notation'],
  mover: ['accent'],
  munder: ['accentunder'],
  munderover: ['accent', 'accentunder'],
  mtable: ['columnalign', 'rowalign', 'columnspacing', 'rowspacing', 'displaystyle', 'side'],
  mtr: ['columnalign', 'rowalign'],
  mtd: ['columnalign', 'rowalign', 'rowspan', 'columnspan'],
  annotation: ['encoding'],
};

/**
 * Keeps of HTML what a page of a course needs and nothing that can act: no scripts, styles, forms,
 * frames or event handlers. Formulas stay: MathML, and TeX between its delimiters, which is text. Images and links point to http(s), mailto, `media:<id>` (a file of the
 * course, turned into a signed address when read), or `topic:<id>` (a topic of the course).
 */
export function sanitizePage(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: [
      ...HEADINGS,
      ...['p', 'br', 'hr', 'div', 'span', 'blockquote', 'pre', 'code', 'kbd', 'samp', 'var'],
      ...[
        'a',
        'b',
        'strong',
        'i',
        'em',
        'u',
        's',
        'sub',
        'sup',
        'small',
        'mark',
        'abbr',
        'q',
        'cite',
      ],
      ...['ul', 'ol', 'li', 'dl', 'dt', 'dd', 'figure', 'figcaption', 'img', 'details', 'summary'],
      ...['table', 'caption', 'colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td'],
      ...['audio', 'video', 'source', 'track', 'section', 'article', 'aside', 'header', 'footer'],
      ...FORMULA_TAGS,
    ],
    allowedAttributes: {
      ...FORMULA_ATTRIBUTES,
      '*': ['id', 'lang', 'dir', 'title'],
      a: ['href', 'rel', 'target'],
      img: ['src', 'alt', 'width', 'height'],
      audio: ['src', 'controls'],
      video: ['src', 'controls', 'poster', 'width', 'height'],
      source: ['src', 'type'],
      track: ['src', 'kind', 'srclang', 'label'],
      td: ['colspan', 'rowspan', 'headers'],
      th: ['colspan', 'rowspan', 'headers', 'scope'],
      col: ['span'],
      colgroup: ['span'],
      ol: ['start', 'reversed', 'type'],
      code: ['class'],
    },
    allowedClasses: { code: ['language-*'] },
    allowedSchemes: ['http', 'https', 'mailto', 'media', 'topic'],
    allowedSchemesAppliedToAttributes: ['href', 'src', 'poster'],
    allowProtocolRelative: false,
    transformTags: {
      a: (tagName, attributes) => ({
        tagName,
        attribs:
          attributes['target'] === undefined
            ? attributes
            : { ...attributes, target: '_blank', rel: 'noopener noreferrer' },
      }),
    },
    disallowedTagsMode: 'discard',
    nestingLimit: 200,
  });
}
