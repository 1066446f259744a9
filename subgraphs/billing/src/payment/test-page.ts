import { createHash } from 'node:crypto';

export interface PageText {
  readonly productName: string;
  /** As people write it, such as `€12.50`. */
  readonly price: string;
  readonly state: 'OPEN' | 'PAID' | 'FAILED' | 'EXPIRED' | 'CANCELLED';
}

const STYLE = `
:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{box-sizing:border-box;width:min(26rem,100%);padding:2rem}
h1{font-size:1.5rem;margin:0 0 1rem}
dl{margin:0 0 1.5rem;padding:1rem;border:1px solid GrayText;border-radius:.5rem}
dt{font-size:.875rem}dd{margin:0 0 .75rem;font-weight:600;overflow-wrap:anywhere}dd:last-child{margin:0;font-size:1.5rem}
form{display:flex;gap:1rem;flex-wrap:wrap}
button{flex:1 1 8rem;min-height:3rem;font:inherit;font-weight:600;border:2px solid #1d4ed8;border-radius:.5rem;cursor:pointer}
button[value=pay]{background:#1d4ed8;color:#fff}
button[value=decline]{background:Canvas;color:CanvasText}
button:focus-visible{outline:3px solid #f59e0b;outline-offset:2px}
.note{font-size:.875rem}
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex',
};

const CLOSED = {
  PAID: ['Paid', 'Thank you. Your course is open now; you can close this page.'],
  FAILED: ['Declined', 'Nothing was paid. Start the checkout again to try once more.'],
  EXPIRED: ['Too late', 'This order was not paid in time. Start the checkout again.'],
  CANCELLED: ['Cancelled', 'This order was given up. Nothing was paid.'],
} as const;

/** The test provider's payment page. It needs no script, and nothing from elsewhere. */
export function paymentPage(text: PageText): Response {
  const { state } = text;
  const [title, body] =
    state === 'OPEN'
      ? (['Pay for your course', BUTTONS] as const)
      : ([CLOSED[state][0], `<p role="status">${CLOSED[state][1]}</p>`] as const);
  const summary = `<dl><dt>You buy</dt><dd>${escapeHtml(text.productName)}</dd><dt>Price</dt><dd>${escapeHtml(text.price)}</dd></dl>`;
  return page(200, title, summary + body);
}

export function missingPage(): Response {
  return page(404, 'No such payment', '<p>The address is not (or no longer) right.</p>');
}

const BUTTONS = `<form method="post">
<button name="decision" value="pay">Pay</button>
<button name="decision" value="decline">Decline</button>
</form><p class="note">This is a test provider: no money moves. Decline shows what happens when a payment fails.</p>`;

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
