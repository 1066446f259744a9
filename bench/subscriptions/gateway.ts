/** The gateway under measurement, with subgraphs and bus in its process. */
import { readGatewayEnv } from '@lyceum/gateway/env';
import { createGateway } from '@lyceum/gateway/gateway';
import { createInProcessBus } from '@lyceum/platform/bus/in-process-bus';
import { createLogger } from '@lyceum/platform/telemetry/logger';
import { createMetrics } from '@lyceum/platform/telemetry/metrics';
import type { JWK } from 'jose';
import { authConnection } from '../auth-connection.js';
import { answers } from '../child/answers.js';
import { composeSupergraph, connectSubgraphs, progressEvent } from './graph.js';

const env = readGatewayEnv();
const log = createLogger({ service: 'gateway', level: env.logLevel });
const metrics = createMetrics();
const bus = createInProcessBus({ log });

answers({
  start: async ({ jwks }: { jwks: { keys: JWK[] } }): Promise<string> => {
    const connections = [authConnection(jwks), ...connectSubgraphs(log)];
    const gateway = createGateway({
      env,
      supergraphSdl: composeSupergraph(),
      connections: new Map(connections.map((connection) => [connection.name, connection])),
      bus,
      log,
      metrics,
    });
    const { url } = await gateway.listen();
    return url;
  },
  subscriptions: async (): Promise<number> => {
    const { values } = await metrics.subscriptions.get();
    return values.reduce((sum, { value }) => sum + value, 0);
  },
  publish: async ({ number, organizationId }: { number: number; organizationId: string }) => {
    const at = Date.now();
    await bus.publish(progressEvent(number, organizationId));
    return at;
  },
});
