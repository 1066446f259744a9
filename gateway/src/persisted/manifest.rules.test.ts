import { describe, expect, it } from '@jest/globals';
import { ManifestError, readManifest, sha256, textsOf } from './manifest.js';

const BODY = 'query Me {\n  me {\n    name\n  }\n}';

function manifest(operation: object = {}, more: object = {}): string {
  const listed = { id: sha256(BODY), body: BODY, name: 'Me', type: 'query', ...operation };
  const format = 'apollo-persisted-query-manifest';
  return JSON.stringify({ format, version: 1, operations: [listed], ...more });
}

describe('a manifest', () => {
  it('belongs to the client and version that its file is named after', () => {
    expect(readManifest('learner-web@1.4.0.json', manifest())).toMatchObject({
      client: 'learner-web',
      version: '1.4.0',
      operations: [{ name: 'Me' }],
    });
    expect(readManifest('first-party.json', manifest())).toMatchObject({
      client: 'first-party',
      version: null,
    });
  });

  it.each([
    ['another name', '../x.json', manifest(), 'the name is <client>.json'],
    ['no JSON', 'a.json', '{', 'it is not JSON'],
    ['another format', 'a.json', manifest({}, { format: 'relay' }), 'format'],
    ['another version', 'a.json', manifest({}, { version: 2 }), 'version'],
    ['a field that means nothing', 'a.json', manifest({ cost: 3 }), 'Unrecognized key'],
    ['an id of another body', 'a.json', manifest({ id: sha256('{ me }') }), 'is not the SHA-256'],
    ['a text that is no GraphQL', 'a.json', manifest({ body: '{', id: sha256('{') }), 'Syntax'],
    ['another name inside', 'a.json', manifest({ name: 'You' }), 'has another name'],
    ['another kind inside', 'a.json', manifest({ type: 'mutation' }), 'is a query'],
  ])('is refused with %s', (_, name, text, message) => {
    expect(() => readManifest(name, text)).toThrow(ManifestError);
    expect(() => readManifest(name, text)).toThrow(message);
  });

  it('is refused when it lists an operation twice', () => {
    const [operation] = (JSON.parse(manifest()) as { operations: object[] }).operations;
    const twice = manifest({}, { operations: [operation, operation] });
    expect(() => readManifest('a.json', twice)).toThrow('listed twice');
  });

  it('knows the operation with its fragments before and behind it', () => {
    const body = 'fragment F on User {\n  name\n}\n\nquery Q {\n  me {\n    ...F\n  }\n}';
    const asWritten = 'query Q {\n  me {\n    ...F\n  }\n}\n\nfragment F on User {\n  name\n}';
    expect(textsOf({ id: sha256(body), body, name: 'Q', type: 'query' })).toEqual([
      body,
      asWritten,
    ]);
  });
});
