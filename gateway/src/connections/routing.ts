import { readFile } from 'node:fs/promises';
import { weaknessOf } from '@lyceum/platform/secrets';
import { SettingsError } from '@lyceum/platform/settings';
import { parse } from 'yaml';
import { z } from 'zod';
import { subgraphVariable, type GatewayEnv } from '../env.js';

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
 * @throws SettingsError when a subgraph's secret is missing, could be guessed, or is another's as well
 */
export async function readRouting(path: string, env: GatewayEnv): Promise<SubgraphAddress[]> {
  const { subgraphs } = routing.parse(parse(await readFile(path, 'utf8')));
  const owners = new Map<string, string>();
  const complaints: string[] = [];
  const addresses = Object.entries(subgraphs).map(([name, { routing_url: url }]) => {
    const given = env.subgraph(name);
    const secret = given.secret ?? '';
    const complaint = complaintAbout(secret, owners.get(secret));
    if (complaint) complaints.push(`  ${subgraphVariable(name, 'SECRET')}: ${complaint}`);
    owners.set(secret, name);
    return { name, url: given.url ?? url, secret };
  });
  if (complaints.length > 0) {
    const heading = 'Secrets that subgraphs know the gateway by need mending:';
    throw new SettingsError([heading, ...complaints].join('\n'));
  }
  return addresses;
}

function complaintAbout(secret: string, owner: string | undefined): string | null {
  if (secret === '') return 'is missing';
  if (owner) return `is that of ${owner} as well: each subgraph has one of its own`;
  return weaknessOf(secret);
}
