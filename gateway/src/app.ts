import { readFile } from 'node:fs/promises';
import { connectNatsBus } from '@lyceum/platform/bus/nats-bus';
import { projectPath } from '@lyceum/platform/project-path';
import { SettingsError } from '@lyceum/platform/settings';
import { createLogger, type Logger } from '@lyceum/platform/telemetry/logger';
import { createMetrics } from '@lyceum/platform/telemetry/metrics';
import { startTracing } from '@lyceum/platform/telemetry/tracing';
import { createHttpConnection } from './connections/http-connection.js';
import { readRouting } from './connections/routing.js';
import type { GatewayEnv } from './env.js';
import { explorerDirectory } from './explorer/explorer-directory.js';
import { createGateway } from './gateway.js';
import { followSupergraphFile } from './graph/supergraph-file.js';

/** The gateway as a program of its own: subgraphs over HTTP, events over NATS. */
export async function startGateway(
  env: GatewayEnv,
): Promise<{ url: string; log: Logger; stop(): Promise<void> }> {
  if (!env.natsUrl) throw new SettingsError('NATS_URL is needed, such as nats://127.0.0.1:4222');
  const log = createLogger({ service: 'gateway', level: env.logLevel });
  const tracing = startTracing({ service: 'gateway', endpoint: env.otlpEndpoint });
  const addresses = await readRouting(projectPath('supergraph.yaml'), env);
  const connections = new Map(
    addresses.map((address) => [
      address.name,
      createHttpConnection({
        ...address,
        timeoutMs: env.subgraph(address.name).timeoutMs,
        connections: env.subgraphConcurrency,
      }),
    ]),
  );
  const bus = connectNatsBus({ url: env.natsUrl, log, window: env.replayWindow });
  const supergraphFile = env.supergraphFile ?? projectPath('schema', 'supergraph.graphql');
  const directory = explorerDirectory();
  const gateway = createGateway({
    env,
    supergraphSdl: await readFile(supergraphFile, 'utf8'),
    connections,
    bus,
    log,
    metrics: createMetrics(),
    explorer: directory ? { directory } : undefined,
  });
  const { url } = await gateway.listen();
  const unfollow = followSupergraphFile(supergraphFile, { reload: gateway.reload, log });
  log.info({ url }, 'ready');

  return {
    url,
    log,
    async stop() {
      log.info('stopping');
      unfollow();
      await gateway.stop();
      await Promise.all([...connections.values()].map((connection) => connection.close()));
      await bus.close();
      await tracing.stop();
    },
  };
}
