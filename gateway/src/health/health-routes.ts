import type { Bus } from '@lyceum/platform/bus/bus';
import type { SubgraphConnection } from '@lyceum/platform/subgraph';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import type { FastifyInstance } from 'fastify';

const PATIENCE_MS = 3_000;

/** Whether to send the gateway requests, and what it counted. */
export function registerHealthRoutes(
  app: FastifyInstance,
  options: {
    bus: Pick<Bus, 'healthy'>;
    connections: ReadonlyMap<string, SubgraphConnection>;
    metrics: Metrics;
    isDraining: () => boolean;
  },
): void {
  const { bus, connections, metrics, isDraining } = options;

  app.get('/health/live', async () => ({ status: 'live' }));

  app.get('/health/ready', async (_request, reply) => {
    const notReady = isDraining() ? ['gateway: stopping'] : [];
    if (!bus.healthy) notReady.push('bus');
    const answers = await Promise.all(
      [...connections.values()].map(async (connection) => ({
        name: connection.name,
        ready: await within(connection.ready()),
      })),
    );
    notReady.push(...answers.filter(({ ready }) => !ready).map(({ name }) => name));
    const isReady = notReady.length === 0;
    return reply
      .status(isReady ? 200 : 503)
      .send(isReady ? { status: 'ready' } : { status: 'not ready', notReady });
  });

  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}

async function within(ready: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE_MS);
  });
  try {
    return await Promise.race([ready, late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
