import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { projectPath } from '@lyceum/platform/project-path';
import { freePort } from '@lyceum/standalone/address';
import type { Bundled } from '../child/bundle.js';
import { startChild, type Child } from '../child/child.js';
import type { ContenderInput } from './contender.js';
import { installHive } from './hive.js';

/** In the order in which they take their turns. */
export const CONTENDERS = {
  apollo: 'stock: @apollo/gateway + @apollo/server',
  hive: '@graphql-hive/gateway',
  'hive-rust': '@graphql-hive/gateway, Rust planner',
  http: 'ours, subgraphs over HTTP',
  'in-process': 'ours, subgraphs in its process',
  monolith: 'the limit: graphql-js on node:http',
} as const;

export type ContenderName = keyof typeof CONTENDERS;

export const isContender = (name: string): name is ContenderName => name in CONTENDERS;

export interface RunningContender {
  readonly name: ContenderName;
  readonly url: string;
  readonly child: Child;
}

/** None of them logs, or reports to its maker. */
const ENVIRONMENT = {
  NODE_ENV: 'production',
  // What is measured stands in no manifest, and the platform's own are of another graph.
  OPERATIONS_MODE: 'open',
  OPERATIONS_DIR: projectPath('bench', 'dist', 'no-manifests'),
  // Counted as ever, and never reached.
  RATE_LIMIT_VIEWER: '1000000000',
  RATE_LIMIT_NETWORK: '1000000000',
  APOLLO_TELEMETRY_DISABLED: 'true',
  LOG_LEVEL: 'error',
  HOST: '127.0.0.1',
};

const READY_WITHIN_MS = 60_000;

/** Starts a contender as a process that stays on one processor. */
export async function startContender(
  name: ContenderName,
  options: {
    bundled: Bundled;
    input: ContenderInput;
    env: Readonly<Record<string, string>>;
    processor: number | undefined;
    /** Where files may be left for it. */
    folder: string;
  },
): Promise<RunningContender> {
  const { bundled, input, processor, folder } = options;
  const env = { ...options.env, ...ENVIRONMENT };
  const nodeOptions = ['--import', bundled.probe, '--enable-source-maps'];
  if (name === 'hive' || name === 'hive-rust') {
    const script = await installHive(options.env);
    // A file of its own, since it reads the file again and again.
    const supergraph = join(folder, `${name}.graphql`);
    await writeFile(supergraph, input.supergraphSdl);
    const port = String(await freePort('127.0.0.1'));
    const args = ['supergraph', supergraph, '--host', '127.0.0.1', '--port', port, '--fork', '1'];
    if (name === 'hive-rust') args.push('--hive-router-runtime');
    const child = startChild({ script, args, nodeOptions, env, processor });
    const url = `http://127.0.0.1:${port}/graphql`;
    await answering(url);
    return { name, url, child };
  }
  const isOurs = name === 'http' || name === 'in-process';
  const script = bundled.script(`gateway/contenders/${isOurs ? 'ours' : name}`);
  const args = isOurs ? [name] : [];
  const child = startChild({
    script,
    args,
    nodeOptions,
    env: { ...env, PORT: '0' },
    processor,
  });
  return { name, url: await child.ask<string>('start', input), child };
}

async function answering(url: string): Promise<void> {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await pause(200)) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    }).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
  }
  throw new Error(`Nothing answers at ${url}`);
}
