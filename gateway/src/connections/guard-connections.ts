import type { SubgraphConnection } from '@lyceum/platform/subgraph';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import type { GatewayEnv } from '../env.js';
import { CIRCUIT_STATES } from './circuit.js';
import { GuardedConnection } from './guarded-connection.js';

/** Puts each subgraph's bounds around its connection; what happens there is counted and logged. */
export function guardConnections(options: {
  connections: ReadonlyMap<string, SubgraphConnection>;
  env: GatewayEnv;
  metrics: Metrics;
  log: Logger;
}): ReadonlyMap<string, GuardedConnection> {
  const { connections, env, metrics, log } = options;
  const guarded = new Map<string, GuardedConnection>();
  for (const [name, connection] of connections) {
    const subgraph = { subgraph: name };
    metrics.subgraphCircuit.set(subgraph, CIRCUIT_STATES.closed);
    metrics.subgraphRetries.inc(subgraph, 0);
    const guard = new GuardedConnection(connection, {
      timeoutMs: env.subgraph(name).timeoutMs,
      mostAtATime: env.subgraphConcurrency,
      onRetry: () => metrics.subgraphRetries.inc(subgraph),
      onCircuit(state) {
        metrics.subgraphCircuit.set(subgraph, CIRCUIT_STATES[state]);
        log.warn({ ...subgraph, circuit: state }, 'Circuit changed');
      },
    });
    guarded.set(name, guard);
  }
  return guarded;
}
