import { readFile } from 'node:fs/promises';
import { SettingsError } from '@lyceum/platform/settings';
import { parse } from 'yaml';
import { z } from 'zod';
import type { GatewayEnv } from '../env.js';

const routing = z.object({
  subgraphs: z.record(z.string(), z.object({ routing_url: z.url() })),
});

export interface SubgraphAddress {
  readonly name: string;
  readonly url: string;
  readonly secret: string;
}

/**
 * Where the subgraphs are: the routing URLs of supergraph.yaml, overridden by the environment.
 * @throws SettingsError when a subgraph's secret is missing or too short
 */
export async function readRouting(path: string, env: GatewayEnv): Promise<SubgraphAddress[]> {
  const { subgraphs } = routing.parse(parse(await readFile(path, 'utf8')));
  const missing: string[] = [];
  const addresses = Object.entries(subgraphs).map(([name, { routing_url: url }]) => {
    const given = env.subgraph(name);
    if (!given.secret) missing.push(`  SUBGRAPH_${name.toUpperCase()}_SECRET`);
    return { name, url: given.url ?? url, secret: given.secret ?? '' };
  });
  if (missing.length > 0) {
    throw new SettingsError(
      ['Secrets of at least 32 characters are missing, which subgraphs know the gateway by:']
        .concat(missing)
        .join('\n'),
    );
  }
  return addresses;
}
