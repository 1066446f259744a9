import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';
import { readManifest } from '../src/persisted/manifest.js';
import { startTestGateway } from './test-gateway.js';

it('every first-party operation is answered by the supergraph, and none is planned on a request', async () => {
  const directory = projectPath('schema', 'operations', 'manifests');
  const file = await readFile(`${directory}/first-party.json`, 'utf8');
  const { operations } = readManifest('first-party.json', file);
  const supergraphSdl = await readFile(projectPath('schema', 'supergraph.graphql'), 'utf8');
  const names = [...supergraphSdl.matchAll(/@join__graph\(name: "(\w+)"/g)].map(
    ([, name]) => name!,
  );
  const test = await startTestGateway({
    settings: { NODE_ENV: 'production', OPERATIONS_DIR: directory },
    supergraphSdl,
    connections: ({ auth }) =>
      names.map((name) => ({ ...auth, name, execute: async () => ({ data: null }) })),
  });
  const plans = async () => (await test.metrics.plansMade.get()).values[0]?.value;
  const atStart = await plans();
  // A mutation of several fields takes several.
  expect(atStart).toBeGreaterThanOrEqual(operations.length);

  const codes = new Set<unknown>();
  for (const { id, type } of operations.filter(({ type }) => type !== 'subscription')) {
    const response = await fetch(`${test.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ documentId: `sha256:${id}`, variables: {} }),
    });
    const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
    for (const { extensions } of errors ?? []) codes.add(`${type} ${extensions.code}`);
  }
  // They lack their variables, and get as far as that.
  expect([...codes].filter((code) => !/BAD_USER_INPUT|INTERNAL/.test(String(code)))).toEqual([]);
  expect(await plans()).toBe(atStart);
  await test.stop();
});
