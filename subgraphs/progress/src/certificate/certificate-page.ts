import { createHash } from 'node:crypto';

export interface CertificateText {
  readonly learnerName: string | null;
  readonly courseTitle: string;
  readonly organizationName: string | null;
  readonly verificationCode: string;
  readonly issuedAt: Date;
}

const STYLE = `
:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{box-sizing:border-box;width:min(32rem,100%);padding:2rem}
h1{font-size:1.5rem;margin:0 0 1rem}
dl{margin:0;padding:1rem;border:1px solid GrayText;border-radius:.5rem}
dt{font-size:.875rem}dd{margin:0 0 .75rem;font-weight:600;overflow-wrap:anywhere}dd:last-child{margin:0}
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  // The address holds the code.
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex',
};

/** What a certificate says, as a page. It needs no script, and nothing from elsewhere. */
export function certificatePage(certificate: CertificateText): Response {
  const { learnerName, courseTitle, organizationName, verificationCode, issuedAt } = certificate;
  const facts: [string, string | null][] = [
    ['Completed by', learnerName],
    ['Course', courseTitle],
    ['Issued by', organizationName],
    ['Issued on', DAY.format(issuedAt)],
    ['Verification code', verificationCode],
  ];
  const list = facts
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value!)}</dd>`);
  return page(200, 'This certificate is valid', `<dl>${list.join('')}</dl>`);
}

export function missingPage(): Response {
  return page(
    404,
    'There is no such certificate',
    '<p>Please compare the code with the one on the certificate.</p>',
  );
}

/** Who looks is not known: a day that means the same everywhere. */
const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' });

function page(status: number, title: string, content: string): Response {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Lyceum</title><style>${STYLE}</style></head>
<body><main><h1>${title}</h1>${content}</main></body></html>
`;
  return new Response(html, { status, headers: HEADERS });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
