/**
 * Ours with all that it does in production: the viewer of a signed access token, limits, metrics.
 * The argument says where the subgraphs are: `http`, or `in-process`.
 */
import { createHttpConnection } from '@lyceum/gateway/connections/http-connection';
import { readGatewayEnv } from '@lyceum/gateway/env';
import { createGateway } from '@lyceum/gateway/gateway';
import { createInProcessBus } from '@lyceum/platform/bus/in-process-bus';
import { createExecutor, type SubgraphConnection } from '@lyceum/platform/subgraph';
import { createLogger } from '@lyceum/platform/telemetry/logger';
import { createMetrics } from '@lyceum/platform/telemetry/metrics';
import { authConnection } from '../../auth-connection.js';
import { answers } from '../../child/answers.js';
import type { ContenderInput } from '../contender.js';
import { SUBGRAPHS, subgraphSchema, type SubgraphName } from '../graph.js';

const inProcess = process.argv[2] === 'in-process';
const env = readGatewayEnv();
const log = createLogger({ service: 'gateway', level: env.logLevel });

function inThisProcess(name: SubgraphName): SubgraphConnection {
  return {
    name,
    execute: createExecutor(subgraphSchema(name), log),
    route: async () => new Response(null, { status: 404 }),
    ready: async () => true,
    close: async () => undefined,
  };
}

answers({
  start: async ({ supergraphSdl, urls, secret, jwks }: ContenderInput) => {
    const subgraphs = SUBGRAPHS.map((name) =>
      inProcess
        ? inThisProcess(name)
        : createHttpConnection({
            name,
            url: urls[name],
            secret,
            timeoutMs: env.subgraph(name).timeoutMs,
            connections: env.subgraphConcurrency,
          }),
    );
    const connections = [authConnection(jwks), ...subgraphs];
    const gateway = createGateway({
      env,
      supergraphSdl,
      connections: new Map(connections.map((connection) => [connection.name, connection])),
      bus: createInProcessBus({ log }),
      log,
      metrics: createMetrics(),
    });
    const { url } = await gateway.listen();
    return `${url}/graphql`;
  },
});
