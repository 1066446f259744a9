import { request as httpRequest } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startTestGateway, type TestGateway } from './test-gateway.js';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());
// Whatever came before: the process lives, and others are served.
afterEach(async () => {
  const { status, body } = await test.post('{ greet(name: "Ada") }');
  expect([status, body]).toEqual([200, { data: { greet: 'Hello, Ada.' } }]);
});

interface Refusal {
  status: number;
  codes: unknown[];
  text: string;
}

async function send(body: string | Buffer, headers: Record<string, string> = {}): Promise<Refusal> {
  const response = await fetch(`${test.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return refusalOf(response.status, await response.text());
}

function refusalOf(status: number, text: string): Refusal {
  const { errors = [] } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
  return { status, codes: errors.map(({ extensions }) => extensions.code), text };
}

/** Refused, with a code, and nothing of our insides in it. */
function expectRefusal({ status, codes, text }: Refusal, code: string, expected = 400): void {
  expect([status, codes[0]]).toEqual([expected, code]);
  expect(text).not.toMatch(/node_modules|\.[jt]s:\d|at [A-Za-z.]+ \(|[Ss]tack/);
}

const GREET = 'query ($name: String!) { greet(name: $name) }';
const asJson = (name: string): string => `{"query":${JSON.stringify(GREET)},"variables":${name}}`;
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('a body that is no GraphQL request', () => {
  it.each([
    ['nothing', ''],
    ['broken JSON', '{"query":'],
    ['JSON with more after it', '{"query":"{ greet }"} x'],
    ['a comment in JSON', '{"query":"{ greet }" /* why */}'],
    ['a trailing comma', '{"query":"{ greet }",}'],
    ['NaN', '{"query":"{ greet }","variables":{"n":NaN}}'],
    ['single quotes', "{'query':'{ greet }'}"],
    ['a NUL byte in JSON', '{"query":"{ greet }"\u0000}'],
    ['a raw line break in a string', '{"query":"{\n greet }"}'],
    ['a cut escape', '{"query":"\\u12"}'],
    ['__proto__ as a key', '{"query":"{ greet }","__proto__":{"isAdmin":true}}'],
    ['__proto__ within variables', asJson('{"name":"x","__proto__":{"a":1}}')],
    ['constructor.prototype', asJson('{"name":"x","constructor":{"prototype":{"a":1}}}')],
    ['a string', '"{ greet }"'],
    ['a number', '7'],
    ['null', 'null'],
    ['an empty list', '[]'],
    ['a list of what is no request', '[[]]'],
    ['no query', '{}'],
    ['an empty query', '{"query":""}'],
    ['a query that is a number', '{"query":7}'],
    ['a query that is a list', '{"query":["{ greet }"]}'],
    ['variables that are a list', asJson('[]')],
    ['variables that are a text', asJson('"name"')],
    ['an operation name that is a number', '{"query":"{ greet }","operationName":7}'],
    ['extensions that are a text', '{"query":"{ greet }","extensions":"x"}'],
    ['variables that nest without end', asJson(`{"name":${nested(100_000)}}`)],
    [
      'extensions that nest without end',
      `{"query":"{ greet }","extensions":{"x":${nested(5_000)}}}`,
    ],
  ])('is refused: %s', async (_, body) => {
    expectRefusal(await send(body), 'BAD_REQUEST');
  });

  it('is none where an operation name is empty, as some clients send it', async () => {
    expect((await send('{"query":"{ greet }","operationName":""}')).status).toBe(200);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/xml',
  ])('is refused as %s', async (type) => {
    const body = '{"query":"mutation { touch }"}';
    expectRefusal(await send(body, { 'content-type': type }), 'BAD_REQUEST', 415);
    expect(test.graph.auth.requests).toHaveLength(0);
  });

  it.each([
    ['an unknown charset', { 'content-type': 'application/json; charset=utf-7' }],
    ['an encoding', { 'content-encoding': 'gzip' }],
  ])('does not crash anything with %s', async (_, headers) => {
    expect((await send('{"query":"{ greet }"}', headers)).status).toBeLessThan(500);
  });

  it('is refused as too large before it is read', async () => {
    expectRefusal(await send(' '.repeat(2_000_000)), 'OPERATION_TOO_LARGE', 413);
  });

  it('may break off in the middle', async () => {
    await new Promise<void>((resolve) => {
      const request = httpRequest(`${test.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': '1000' },
      });
      request.on('error', () => resolve());
      request.write('{"query":', () => request.destroy(new Error('gone')));
    });
  });

  it('counts with its last value where a key stands twice, as JSON parsers have it', async () => {
    const { text } = await send('{"query":"{ nothing }","query":"{ greet(name: \\"last\\") }"}');
    expect(text).toContain('Hello, last.');
  });
});

describe('a query string', () => {
  const get = async (search: string): Promise<Refusal> => {
    const response = await fetch(`${test.url}/graphql?${search}`);
    return refusalOf(response.status, await response.text());
  };
  const query = encodeURIComponent(GREET);

  it.each([
    ['no query', ''],
    ['variables that are no JSON', `query=${query}&variables={`],
    ['variables given twice', `query=${query}&variables={}&variables={}`],
    ['a query given twice', `query=${query}&query=${query}`],
    ['__proto__ in variables', `query=${query}&variables={"__proto__":{"a":1}}`],
    ['a broken escape', 'query=%E0%A4%A'],
    ['extensions that are a number', `query=${query}&extensions=7`],
  ])('is refused with %s', async (_, search) => {
    const refusal = await get(search);
    expect(refusal.status).toBe(400);
    expect(refusal.codes[0]).toMatch(/^(BAD_REQUEST|GRAPHQL_PARSE_FAILED)$/);
  });
});

describe('a text that is no operation', () => {
  it.each([
    ['words', 'hello', 'GRAPHQL_PARSE_FAILED'],
    ['a NUL character', '{ greet\u0000 }', 'GRAPHQL_PARSE_FAILED'],
    ['an unclosed string', '{ greet(name: "x', 'GRAPHQL_PARSE_FAILED'],
    ['braces without end', '{a'.repeat(3_000), /PARSE_FAILED|TOO_LARGE/],
    ['brackets without end', `{ greet(name: ${'['.repeat(9_000)}`, /PARSE_FAILED|TOO_LARGE/],
    ['types without end', `query ($a: ${'['.repeat(9_000)}`, /PARSE_FAILED|TOO_LARGE/],
    ['only a fragment', 'fragment A on Query { greet }', /^(OPERATION|GRAPHQL)/],
    ['a schema', 'type Query { a: Int }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a field named __proto__', '{ __proto__ }', 'GRAPHQL_VALIDATION_FAILED'],
    ['an argument named __proto__', '{ greet(__proto__: 1) }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a number too large', '{ greet(name: 1e999) }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('is refused: %s', async (_, text, code) => {
    const refusal = await send(JSON.stringify({ query: text }));
    expect(refusal.status).toBe(400);
    expect(refusal.codes[0]).toEqual(typeof code === 'string' ? code : expect.stringMatching(code));
    expectRefusal(refusal, String(refusal.codes[0]));
  });
});

describe('values of variables', () => {
  it.each([
    ['a number', '7'],
    ['null', 'null'],
    ['a list', '["x"]'],
    ['an object', '{"a":1}'],
    ['a list within lists', nested(30)],
    ['a gigantic number', '1e400'],
    ['a long number', '9'.repeat(400)],
  ])('of another type are refused: %s', async (_, value) => {
    expectRefusal(await send(asJson(`{"name":${value}}`)), 'BAD_USER_INPUT');
  });

  it.each([
    ['quotes', `'"\`--;/* DROP TABLE users`],
    ['markup', '<script>alert(1)</script>'],
    ['right to left', '\u202eevil\u202c'],
    ['zero width', 'a\u200b\u200d\ufeffb'],
    ['combining marks', 'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢'],
    ['beyond the first plane', '👩‍👩‍👧‍👦 𝕷𝖞𝖈𝖊𝖚𝖒'],
    ['a template', '${7*7} {{7*7}} %s %n $(id)'],
    ['a path', '../../../etc/passwd\\..\\'],
    ['names of prototypes', '__proto__ constructor toString'],
    ['line separators', '\u2028\u2029\r\n\u0085'],
  ])('of odd texts come back as they were: %s', async (_, name) => {
    const { status, body } = await test.post(GREET, { variables: { name } });
    expect([status, body]).toEqual([200, { data: { greet: `Hello, ${name}.` } }]);
  });

  it('with a lone surrogate harm nobody', async () => {
    const { status } = await send(asJson('{"name":"\\ud800"}'));
    expect(status).toBe(200);
  });

  it('of any JSON never end in a fault of ours', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 6 }), async (name) => {
        const { status, codes, text } = await send(asJson(`{"name":${name}}`));
        const expected = typeof JSON.parse(name) === 'string' ? [200] : [400];
        expect([status, text]).toEqual([expected[0], expect.anything()]);
        if (status === 400) expect(['BAD_USER_INPUT', 'BAD_REQUEST']).toContain(codes[0]);
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it('as any bytes never end in a fault of ours', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { status } = await send(Buffer.from(bytes));
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

describe('headers', () => {
  it.each([
    ['an accept that nothing satisfies', { accept: 'image/png' }, 406],
    ['an accept that is no accept', { accept: ';;;,,,=' }, 406],
    ['a bearer of nonsense', { authorization: 'Bearer ééé'.replaceAll('é', '%') }, 401],
    ['a scheme we do not know', { authorization: 'Negotiate abc' }, 401],
  ])('are refused with %s', async (_, headers, status) => {
    const refusal = await send('{"query":"{ greet }"}', headers);
    expect(refusal.status).toBe(status);
    expect(refusal.codes[0]).toEqual(expect.any(String));
  });

  it('of methods that are not served are refused', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      expect((await fetch(`${test.url}/graphql`, { method, body: '{}' })).status).toBe(404);
    }
  });
});
