/** The gateway under measurement, with subgraphs in its process that take their time. */
import { setTimeout as pause } from 'node:timers/promises';
import { readGatewayEnv } from '@lyceum/gateway/env';
import { createGateway } from '@lyceum/gateway/gateway';
import { createInProcessBus } from '@lyceum/platform/bus/in-process-bus';
import { createExecutor, type SubgraphConnection } from '@lyceum/platform/subgraph';
import { createLogger } from '@lyceum/platform/telemetry/logger';
import { createMetrics } from '@lyceum/platform/telemetry/metrics';
import type { JWK } from 'jose';
import { authConnection } from '../auth-connection.js';
import { answers } from '../child/answers.js';
import {
  composeSupergraph,
  SUBGRAPHS,
  subgraphSchema,
  type SubgraphName,
} from '../gateway/graph.js';

const env = readGatewayEnv();
const log = createLogger({ service: 'gateway', level: env.logLevel });
const urls = Object.fromEntries(
  SUBGRAPHS.map((name) => [name, `http://${name}/graphql`]),
) as Record<SubgraphName, string>;

function slow(name: SubgraphName, fetchMs: number): SubgraphConnection {
  const execute = createExecutor(subgraphSchema(name), log);
  return {
    name,
    async execute(request) {
      if (fetchMs > 0) await pause(fetchMs);
      return execute(request);
    },
    route: async () => new Response(null, { status: 404 }),
    ready: async () => true,
    close: async () => undefined,
  };
}

answers({
  start: async ({ jwks, fetchMs }: { jwks: { keys: JWK[] }; fetchMs: number }) => {
    const subgraphs = SUBGRAPHS.map((name) => slow(name, fetchMs));
    const connections = [authConnection(jwks), ...subgraphs];
    const gateway = createGateway({
      env,
      supergraphSdl: composeSupergraph(urls),
      connections: new Map(connections.map((connection) => [connection.name, connection])),
      bus: createInProcessBus({ log }),
      log,
      metrics: createMetrics(),
    });
    return (await gateway.listen()).url;
  },
});
