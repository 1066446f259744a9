import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { projectPath } from '@lyceum/platform/project-path';
import { parse } from 'yaml';

export interface SubgraphConfig {
  name: string;
  url: string;
  /** Of the SDL snapshot, from the root of the project. */
  file: string;
}

interface RoverFile {
  federation_version?: string;
  subgraphs?: Record<string, { routing_url?: string; schema?: { file?: string } } | null>;
}

/**
 * Reads supergraph.yaml.
 * @throws Error when an entry lacks something, or when it names another version of the composer than the
 *   one installed.
 */
export function readSupergraphConfig(): SubgraphConfig[] {
  const content = parse(readFileSync(projectPath('supergraph.yaml'), 'utf8')) as RoverFile;
  const wanted = content.federation_version;
  const require = createRequire(projectPath('package.json'));
  const { version } = require('@apollo/composition/package.json') as { version: string };
  if (wanted !== `=${version}`) {
    throw new Error(
      `supergraph.yaml wants federation_version ${wanted}, installed is =${version}: make them agree.`,
    );
  }
  return Object.entries(content.subgraphs ?? {}).map(([name, subgraph]) => {
    const url = subgraph?.routing_url;
    const file = subgraph?.schema?.file;
    if (!url || !file) {
      throw new Error(`supergraph.yaml: ${name} needs a routing_url and schema.file.`);
    }
    return { name, url, file };
  });
}
