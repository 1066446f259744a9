import { readFileSync } from 'node:fs';
import { readManifest } from '@lyceum/gateway/persisted/manifest';
import { projectPath } from '@lyceum/platform/project-path';

const FILE = 'first-party.json';

/** The texts of these listed operations, which are served in production as well. */
export function listedOperations<N extends string>(...names: readonly N[]): Record<N, string> {
  const path = projectPath('schema', 'operations', 'manifests', FILE);
  const { operations } = readManifest(FILE, readFileSync(path, 'utf8'));
  const bodies = names.map((name) => {
    const listed = operations.find((operation) => operation.name === name);
    if (!listed) throw new Error(`${path} lists no operation ${name}.`);
    return [name, listed.body];
  });
  return Object.fromEntries(bodies) as Record<N, string>;
}
