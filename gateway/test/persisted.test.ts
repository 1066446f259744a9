import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { sha256, type ManifestOperation } from '../src/persisted/manifest.js';
import { person, testSupergraph } from './test-graph.js';
import { hear, startTestGateway, type GraphQLAnswer, type TestGateway } from './test-gateway.js';

const WHO = listed('Who', 'query', 'query Who {\n  whoAmI\n}');
const GREET = listed('Greet', 'query', 'query Greet($n: String!) {\n  greet(name: $n)\n}');
const BROKEN = listed('Broken', 'query', 'query Broken {\n  broken\n}');
const TOUCH = listed('Touch', 'mutation', 'mutation Touch {\n  touch\n}');
const GONE = listed('Gone', 'query', 'query Gone {\n  taughtInSchool\n}');
const WATCH = listed(
  'Watch',
  'subscription',
  'subscription Watch($id: ID!) {\n  courseProgressUpdated(courseId: $id) {\n    percent\n  }\n}',
);

function listed(name: string, type: ManifestOperation['type'], body: string): ManifestOperation {
  return { id: sha256(body), body, name, type };
}

let directory: string;
let test: TestGateway;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lyceum-manifests-'));
});
afterEach(async () => {
  await test?.stop();
  await rm(directory, { recursive: true });
});

async function write(file: string, operations: readonly ManifestOperation[]): Promise<void> {
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations };
  await writeFile(join(directory, file), JSON.stringify(manifest));
}

async function start(settings: Record<string, string> = {}): Promise<void> {
  test = await startTestGateway({ settings: { OPERATIONS_DIR: directory, ...settings } });
}

async function post(body: object, headers: Record<string, string> = {}): Promise<GraphQLAnswer> {
  const response = await fetch(`${test.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as GraphQLAnswer['body'];
  return { status: response.status, headers: response.headers, body: answer };
}

const byId = (sha256Hash: string) => ({
  extensions: { persistedQuery: { version: 1, sha256Hash } },
});
const codeOf = ({ body }: GraphQLAnswer) => body.errors?.[0]?.extensions['code'];
const plansMade = async () => (await test.metrics.plansMade.get()).values[0]?.value ?? 0;

describe('an operation of a manifest', () => {
  beforeEach(() => write('first-party.json', [WHO, GREET, TOUCH, WATCH]));

  it('is asked for by its id, in each of the ways', async () => {
    await start();
    for (const request of [
      byId(WHO.id),
      { documentId: `sha256:${WHO.id}` },
      { query: '', operationName: 'Who', ...byId(WHO.id) },
    ]) {
      expect((await post(request)).body).toEqual({ data: { whoAmI: 'nobody' } });
    }
    const variables = { n: 'Ada' };
    expect((await post({ ...byId(GREET.id), variables })).body.data).toEqual({
      greet: 'Hello, Ada.',
    });
    expect((await post(byId(TOUCH.id))).body.data).toEqual({ touch: 'nobody' });
  });

  it('is planned at the start: no request makes a plan, whatever others send', async () => {
    await start();
    expect(await plansMade()).toBe(4);
    await post(byId(WHO.id));
    await post({ query: GREET.body, variables: { n: 'Ada' } });
    const token = await test.token(person());
    hear(test.connect({ accessToken: token }), WATCH.body, { id: 'c1' });
    await eventually(() => expect(test.gateway.open.feeds).toBe(1));
    expect(await plansMade()).toBe(4);

    // More text than the gateway remembers.
    const padding = ' '.repeat(400_000);
    for (let i = 0; i < 25; i += 1) await post({ query: `{ a${i}: whoAmI }${padding}` });
    const before = await plansMade();
    await post(byId(WHO.id));
    expect(await plansMade()).toBe(before);
  });

  it('is planned for another supergraph before that is served', async () => {
    await start();
    await test.gateway.reload(`${testSupergraph()}\n# another`);
    expect(await plansMade()).toBe(8);
    expect((await post(byId(WHO.id))).body.data).toEqual({ whoAmI: 'nobody' });
    expect(await plansMade()).toBe(8);
  });

  it('is refused with what is wrong with it when the graph cannot answer it', async () => {
    await write('first-party.json', [WHO, GONE]);
    await start();
    expect(codeOf(await post(byId(GONE.id)))).toBe('GRAPHQL_VALIDATION_FAILED');
    expect((await post(byId(WHO.id))).status).toBe(200);
  });

  it('is refused when the request names another operation', async () => {
    await start();
    const answer = await post({ ...byId(WHO.id), operationName: 'Other' });
    expect(codeOf(answer)).toBe('OPERATION_RESOLUTION_FAILURE');
  });

  it.each([
    ['a hash of another form', byId('abc')],
    ['another version', { extensions: { persistedQuery: { version: 2, sha256Hash: WHO.id } } }],
    ['an id of another form', { documentId: 'who' }],
    ['nothing', {}],
  ])('is a bad request with %s', async (_, request) => {
    await start();
    const answer = await post(request);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('an id that no manifest lists', () => {
  it('has the code and message that Apollo clients look for', async () => {
    await write('first-party.json', [WHO]);
    await start();
    const { body } = await post(byId(GREET.id));
    expect(body.errors).toMatchObject([
      {
        message: 'PersistedQueryNotFound',
        extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
      },
    ]);
  });
});

describe('manifests side by side', () => {
  const learner = (version: string) => ({
    'apollographql-client-name': 'learner-web',
    'apollographql-client-version': version,
  });

  it('keep clients and versions apart, and share what is first-party', async () => {
    await write('first-party.json', [TOUCH]);
    await write('learner-web@1.json', [WHO]);
    await write('learner-web@2.json', [GREET]);
    await start();
    const status = async (id: string, headers: Record<string, string>) =>
      codeOf(await post({ ...byId(id), variables: { n: 'Ada' } }, headers)) ?? 'served';
    expect(await status(WHO.id, learner('1'))).toBe('served');
    expect(await status(WHO.id, learner('2'))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(await status(GREET.id, learner('2'))).toBe('served');
    expect(await status(GREET.id, { 'apollographql-client-name': 'admin-web' })).toBe(
      'PERSISTED_QUERY_NOT_FOUND',
    );
    expect(await status(TOUCH.id, learner('2'))).toBe('served');
    // Who does not say who it is finds them all.
    expect(await status(WHO.id, {})).toBe('served');
  });

  it('are read anew when files change; a broken one leaves the former in place', async () => {
    await write('first-party.json', [WHO]);
    await start();
    await writeFile(join(directory, 'first-party.json'), '{ "format": ');
    await write('learner-web.json', [GREET]);
    const asked = { ...byId(GREET.id), variables: { n: 'Ada' } };
    await eventually(async () => expect(codeOf(await post(asked))).toBeUndefined(), {
      timeout: 10_000,
    });
    expect((await post(byId(WHO.id))).status).toBe(200);
    await rm(join(directory, 'learner-web.json'));
    await eventually(
      async () => expect(codeOf(await post(asked))).toBe('PERSISTED_QUERY_NOT_FOUND'),
      { timeout: 10_000 },
    );
    expect((await post(byId(WHO.id))).status).toBe(200);
  });

  it('that are wrong at the start keep the gateway from starting', async () => {
    await write('first-party.json', [{ ...WHO, id: GREET.id }]);
    await expect(start()).rejects.toThrow('operation Who: its id is not the SHA-256 of its body');
  });
});

describe('texts registered by their hash', () => {
  const query = '{ whoAmI }';

  it('are served by the hash afterwards, while developing', async () => {
    await start();
    expect(codeOf(await post(byId(sha256(query))))).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect((await post({ query, ...byId(sha256(query)) })).status).toBe(200);
    expect((await post(byId(sha256(query)))).body.data).toEqual({ whoAmI: 'nobody' });
  });

  it('are refused under the hash of another text, and not registered', async () => {
    await start();
    const answer = await post({ query, ...byId(WHO.id) });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'PERSISTED_QUERY_HASH_MISMATCH']);
    expect(codeOf(await post(byId(WHO.id)))).toBe('PERSISTED_QUERY_NOT_FOUND');
  });

  it('are not taken in production mode', async () => {
    await start({ NODE_ENV: 'production', OPERATIONS_MODE: 'open' });
    const answer = await post({ query, ...byId(sha256(query)) });
    expect(codeOf(answer)).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
    expect((await post({ query })).status).toBe(200);
  });
});

describe('a gateway for listed operations only', () => {
  it.each<Record<string, string>>([
    { OPERATIONS_MODE: 'first-party-only' },
    { NODE_ENV: 'production' },
  ])('refuses every other text, by HTTP and on sockets (%j)', async (settings) => {
    await write('first-party.json', [WHO, WATCH]);
    await start(settings);
    const other = '{ __typename }';
    for (const request of [{ query: other }, { query: other, ...byId(sha256(other)) }]) {
      const answer = await post(request);
      expect([answer.status, codeOf(answer)]).toEqual([403, 'OPERATION_NOT_ALLOWED']);
    }
    expect((await post({ query: WHO.body })).status).toBe(200);
    expect((await post(byId(WHO.id))).status).toBe(200);

    const client = test.connect({ accessToken: await test.token(person()) });
    const refused = hear(client, 'subscription { courseActivity { percent } }');
    await eventually(() =>
      expect(refused.error).toMatchObject([{ extensions: { code: 'OPERATION_NOT_ALLOWED' } }]),
    );
    hear(client, WATCH.body, { id: 'c1' });
    await eventually(() => expect(test.gateway.open.feeds).toBe(1));
  });
});

describe('a query by id and GET', () => {
  const get = async (operation: ManifestOperation, headers: Record<string, string> = {}) => {
    const extensions = encodeURIComponent(JSON.stringify(byId(operation.id).extensions));
    return fetch(`${test.url}/graphql?extensions=${extensions}`, { headers });
  };

  beforeEach(async () => {
    await write('first-party.json', [WHO, BROKEN, TOUCH]);
    await start({ PERSISTED_MAX_AGE_SECONDS: '20', CORS_ORIGINS: 'https://app.example' });
  });

  it('may be kept by caches for a moment when nobody in particular asked', async () => {
    const response = await get(WHO, { origin: 'https://app.example' });
    expect(response.headers.get('cache-control')).toBe('public, max-age=20');
    expect(response.headers.get('vary')).toBe('Origin, Authorization, Accept');
    expect(response.headers.has('ratelimit-remaining')).toBe(false);
    expect(await response.json()).toEqual({ data: { whoAmI: 'nobody' } });
    const byDocumentId = await fetch(`${test.url}/graphql?documentId=sha256:${WHO.id}`);
    expect(byDocumentId.headers.get('cache-control')).toBe('public, max-age=20');
    expect(byDocumentId.headers.get('vary')).toBe('Origin, Authorization, Accept');
  });

  it('may not be kept when it is a person’s, when a part failed, or when it was sent in full', async () => {
    const token = await test.token(person());
    const mine = await get(WHO, { authorization: `Bearer ${token}` });
    expect(mine.headers.get('cache-control')).toBe('private, no-store');
    expect(mine.headers.has('ratelimit-remaining')).toBe(true);
    expect((await get(BROKEN)).headers.get('cache-control')).toBe('private, no-store');
    const text = await fetch(`${test.url}/graphql?query=${encodeURIComponent('{ whoAmI }')}`);
    expect(text.headers.get('cache-control')).toBe('no-store');
  });

  it('is never a mutation', async () => {
    const response = await get(TOUCH);
    expect([response.status, response.headers.get('cache-control')]).toEqual([405, 'no-store']);
    expect(test.graph.auth.requests).toEqual([]);
  });
});
