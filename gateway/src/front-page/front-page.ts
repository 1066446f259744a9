import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

const STYLE = `
:root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:Canvas;color:CanvasText}
main{box-sizing:border-box;width:min(32rem,100%);padding:2rem}
h1{font-size:1.5rem;margin:0 0 1rem}
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
const POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`;

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lyceum</title><style>${STYLE}</style></head>
<body><main><h1>Lyceum</h1>
<p>A learning platform answers here. You learn and teach in an application that works with it; if you do not know which, ask those who give your courses.</p>
<p>Anyone who has the code of a certificate can verify it at <code>/certificates/</code> followed by the code.</p>
</main></body></html>
`;

/** What stands at `/` where the explorer does not: e-mails lead here when there is no frontend. */
export function registerFrontPage(app: FastifyInstance): void {
  app.get('/', async (_request, reply) =>
    reply
      .header('content-security-policy', POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(PAGE),
  );
}
