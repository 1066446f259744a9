import type { Bus } from '@lyceum/platform/bus/bus';
import { remembered } from '@lyceum/platform/remembered';
import type { SubgraphConnection } from '@lyceum/platform/subgraph';
import { mayReadMetrics, type MetricsAccess } from '@lyceum/platform/telemetry/metrics-access';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import { within } from '@lyceum/platform/within';
import type { FastifyInstance } from 'fastify';
import type { GuardedConnection } from '../connections/guarded-connection.js';

const PATIENCE_MS = 3_000;
/** Who asks whether the gateway is ready gets an answer of this age, however many ask. */
const KEPT_MS = 1_000;

/**
 * Whether to send the gateway requests, and what it counted. A part that is down is named and leaves
 * the gateway ready, because the rest is served, and all gateways would turn red at once. It is not
 * ready while it stops, and when it reaches no subgraph at all.
 */
export function registerHealthRoutes(
  app: FastifyInstance,
  options: {
    bus: Pick<Bus, 'healthy'>;
    connections: ReadonlyMap<string, SubgraphConnection>;
    subgraphs: ReadonlyMap<string, GuardedConnection>;
    metrics: Metrics;
    metricsAccess: MetricsAccess;
    isDraining: () => boolean;
  },
): void {
  const { bus, connections, subgraphs, metrics, metricsAccess, isDraining } = options;

  async function answers(name: string, connection: SubgraphConnection): Promise<boolean> {
    // One that hangs may well say that it is ready.
    if (subgraphs.get(name)?.circuit === 'open') return false;
    return within(connection.ready(), PATIENCE_MS);
  }

  const silentSubgraphs = remembered(async () => {
    const names = await Promise.all(
      [...connections].map(async ([name, connection]) =>
        (await answers(name, connection)) ? null : name,
      ),
    );
    return names.filter((name) => name !== null);
  }, KEPT_MS);

  app.get('/health/live', async () => ({ status: 'live' }));

  app.get('/health/ready', async (_request, reply) => {
    if (isDraining()) {
      return reply.status(503).send({ status: 'not ready', notReady: ['gateway: stopping'] });
    }
    const silent = await silentSubgraphs();
    if (silent.length === connections.size) {
      return reply.status(503).send({ status: 'not ready', notReady: silent });
    }
    const degraded = bus.healthy ? silent : ['bus', ...silent];
    return reply.send(degraded.length > 0 ? { status: 'ready', degraded } : { status: 'ready' });
  });

  app.get('/metrics', async (request, reply) => {
    if (!mayReadMetrics(request.headers.authorization, metricsAccess)) {
      return reply.status(401).header('www-authenticate', 'Bearer').send();
    }
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
}
