import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as forward, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { createPersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { generatePersistedQueryManifest } from '@apollo/generate-persisted-query-manifest';
import { generatePersistedQueryIdsFromManifest } from '@apollo/persisted-query-lists';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from './test-gateway.js';

const SOURCE = `
  query Progress($id: ID!) { progress(courseId: $id) { ...Shown } }
  fragment Shown on CourseProgress { courseId percent }`;

/** What the client sent, in order. */
const sent: { method: string; url: string; body: string }[] = [];
let directory: string;
let test: TestGateway;
let tap: Server;
let url: string;
let manifest: Awaited<ReturnType<typeof generatePersistedQueryManifest>>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'lyceum-apollo-'));
  await writeFile(join(directory, 'progress.graphql'), SOURCE);
  manifest = await generatePersistedQueryManifest(
    { documents: join(directory, '*.graphql') },
    undefined,
  );
  await writeFile(join(directory, 'web.json'), JSON.stringify(manifest));
  test = await startTestGateway({
    settings: { OPERATIONS_DIR: directory, OPERATIONS_MODE: 'first-party-only' },
  });
  // Between client and gateway, to see what the client sends.
  tap = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      sent.push({ method: request.method ?? '', url: request.url ?? '', body: body.toString() });
      const { method, headers } = request;
      forward(test.url + request.url, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      }).end(body);
    });
  });
  await new Promise<void>((resolve) => tap.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(tap.address() as AddressInfo).port}/graphql`;
});
afterAll(async () => {
  tap.closeAllConnections();
  await new Promise((resolve) => tap.close(resolve));
  await test.stop();
  await rm(directory, { recursive: true });
});
beforeEach(() => {
  sent.length = 0;
});

function client(link: Parameters<typeof createPersistedQueryLink>[0]): ApolloClient {
  return new ApolloClient({
    cache: new InMemoryCache(),
    link: createPersistedQueryLink(link).concat(new HttpLink({ uri: url })),
  });
}

const fromManifest = () =>
  generatePersistedQueryIdsFromManifest({ loadManifest: async () => manifest });
const asked = { query: gql(SOURCE), variables: { id: 'c1' } };
const answered = {
  progress: { __typename: 'CourseProgress', courseId: 'c1', percent: 1 },
};

describe('Apollo Client with its link for persisted queries', () => {
  it.each([
    [false, 'POST'],
    [true, 'GET'],
  ])('sends the id alone (GET for queries: %s)', async (useGETForHashedQueries, method) => {
    const { data } = await client({ ...fromManifest(), useGETForHashedQueries }).query(asked);
    expect(data).toEqual(answered);
    expect(sent.map((one) => one.method)).toEqual([method]);
    const { id } = manifest.operations[0]!;
    expect(sent[0]!.url + sent[0]!.body).toContain(id);
    expect(sent[0]!.url + sent[0]!.body).not.toContain('courseId:');
  });

  it('is served as well when it sends the whole text, definitions in its own order', async () => {
    const whole = new ApolloClient({
      cache: new InMemoryCache(),
      link: new HttpLink({ uri: url }),
    });
    expect((await whole.query(asked)).data).toEqual(answered);
  });

  it('understands that an id is not known, and that its text is not served', async () => {
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    const other = client({ sha256 }).query({ query: gql('{ greet }') });
    await expect(other).rejects.toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_NOT_ALLOWED' } }],
    });
    expect(sent.map(({ body }) => body.includes('greet'))).toEqual([false, true]);
  });
});
