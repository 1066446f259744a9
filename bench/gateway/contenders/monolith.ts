/** What no gateway can beat: graphql-js on node:http, one schema, nothing else. Documents are known. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { execute, parse, validate, type DocumentNode } from 'graphql';
import { answers } from '../../child/answers.js';
import { monolith } from '../graph.js';

const { schema, rootValue } = monolith();
const documents = new Map<string, DocumentNode>();

function documentOf(query: string): DocumentNode {
  let document = documents.get(query);
  if (!document) {
    document = parse(query, { noLocation: true });
    const errors = validate(schema, document);
    if (errors.length > 0) throw errors[0]!;
    documents.set(query, document);
  }
  return document;
}

answers({
  start: async () => {
    const server = createServer(async (request, response) => {
      const { query, operationName, variables } = JSON.parse(
        (await buffer(request)).toString('utf8'),
      ) as { query: string; operationName: string; variables: Record<string, unknown> };
      const document = documentOf(query);
      const result = await execute({
        schema,
        document,
        rootValue,
        operationName,
        variableValues: variables,
      });
      const text = JSON.stringify(result);
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  },
});
