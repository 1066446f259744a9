import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Bus } from '@lyceum/platform/bus/bus';
import { projectPath } from '@lyceum/platform/project-path';
import type { SubgraphConnection } from '@lyceum/platform/subgraph';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import pLimit from 'p-limit';
import { guardConnections } from './connections/guard-connections.js';
import type { GatewayEnv } from './env.js';
import { createEventStreams } from './event-stream/event-streams.js';
import { registerExplorer, type ExplorerOptions } from './explorer/explorer-routes.js';
import { registerFrontPage } from './front-page/front-page.js';
import { createLiveGraph } from './graph/live-graph.js';
import { createFetcher } from './graph/subgraph-fetcher.js';
import { createCapacity } from './overload/capacity.js';
import { createManifestFolder } from './persisted/manifest-folder.js';
import { createPersistedOperations } from './persisted/persisted-operations.js';
import { createAdmission } from './limits/admission.js';
import { createRateLimits } from './limits/rate-limits.js';
import { registerHealthRoutes } from './health/health-routes.js';
import { registerGraphQLRoute } from './pipeline/http/graphql-route.js';
import { createHttpServer } from './pipeline/http/http-server.js';
import { createOrigins } from './pipeline/http/origins.js';
import { unusedConnections } from './pipeline/http/unused-connections.js';
import { createOperations } from './pipeline/operations.js';
import { registerServiceRoutes } from './routes/service-routes.js';
import { createOperationStreams } from './subscriptions/operation-streams.js';
import { createSocketServer } from './subscriptions/socket-server.js';
import { createStandingCallers } from './subscriptions/standing-callers.js';
import { createSubscriptionHub } from './subscriptions/subscription-hub.js';
import { Tally } from './subscriptions/tally.js';
import { acceptUpgrades } from './subscriptions/upgrades.js';
import { openUsage } from './usage/open-usage.js';
import { createAccessTokens } from './viewer/access-tokens.js';
import { createRevocationSource } from './viewer/revocation-source.js';
import { connectRevocationStore } from './viewer/revocation-store.js';
import { createRevocations } from './viewer/revocations.js';

/** At the end, who has connected may still say what for; */
const FIRST_WORD_MS = 1_000;
/** what is under way gets this long; then it is answered with what is there, */
const FINISH_MS = 5_000;
/** and what even that does not end is cut off. */
const CUT_MS = 8_000;

export interface GatewayOptions {
  env: GatewayEnv;
  /** As composed; `schema/supergraph.graphql`. */
  supergraphSdl: string;
  /** By the subgraph's name. Closing them is their owner's business, as is the bus. */
  connections: ReadonlyMap<string, SubgraphConnection>;
  bus: Bus;
  log: Logger;
  metrics: Metrics;
  /** Without it, or switched off by its setting, a plain page is at `/`. */
  explorer?: ExplorerOptions;
}

export interface Gateway {
  /** Starts to listen, to the bus as well. */
  listen(): Promise<{ url: string; port: number }>;
  /** Serves another supergraph. Rejects when it cannot be served: the former stays. */
  reload(supergraphSdl: string): Promise<void>;
  /** Turns readiness red and goes on working, until load balancers have noticed. */
  drain(): void;
  /**
   * Drains for the time that is set, asks sockets to connect elsewhere, and lets what is under way
   * end. Takes 18 s more than the drain at most.
   */
  stop(): Promise<void>;
  /** What is open, for operators and tests. */
  readonly open: { readonly sockets: number; readonly feeds: number };
}

/** Puts the gateway together: every part of it is made here. */
export function createGateway(options: GatewayOptions): Gateway {
  const { env, supergraphSdl, connections, bus, metrics, explorer } = options;
  const log = options.log.child({ service: 'gateway' });
  const { introspection, trustProxy, publicUrl, limits } = env;
  const { bodyBytes, bodyMs, batchSize } = limits;

  const store = env.redisUrl ? connectRevocationStore(env.redisUrl, log) : null;
  const auth = connections.get('auth');
  const revocations = createRevocations(store, auth ? createRevocationSource(auth, bus) : null);
  const tokens = createAccessTokens({ auth, revocations });

  const subgraphs = guardConnections({ connections, env, metrics, log });
  const fetchSubgraph = createFetcher({ subgraphs, revocations, metrics, log });
  const connected = [...connections.keys()];
  const inTurn = pLimit(1);
  const graph = createLiveGraph({
    ...{ sdl: supergraphSdl, connected, fetchSubgraph, log, metrics, inTurn },
    hideSuggestions: !introspection,
  });

  const manifests = createManifestFolder({
    directory: env.operationsDirectory ?? projectPath('schema', 'operations', 'manifests'),
    prepare: ({ operations: listed }) => operations.keep(listed, graph.current),
    inTurn,
    log,
  });
  graph.beforeReplaced((next) => operations.keep(manifests.current.operations, next));
  const persisted = createPersistedOperations({
    manifests,
    mode: env.operationsMode,
    automatic: env.automaticPersistedQueries,
  });
  const rateLimits = createRateLimits({ settings: limits.rates, redisUrl: env.redisUrl, log });
  const admission = createAdmission(limits, rateLimits);
  const capacity = createCapacity(env.capacity, metrics);
  const usage = openUsage({ redisUrl: env.redisUrl, directory: env.usageDirectory, log });
  const operations = createOperations({
    graph,
    persisted,
    usage: usage.recorder,
    limits,
    admission,
    capacity,
    introspection,
    log,
    metrics,
  });
  const onEvent = revocations.hear;
  const hub = createSubscriptionHub({
    bus,
    graph,
    mostMissed: env.resumeMostEvents,
    onEvent,
    capacity,
    log,
    metrics,
  });
  const perNetwork = new Tally(env.connections.connectionsPerNetwork);
  const perViewer = new Tally(env.connections.subscriptionsPerViewer);
  const streams = createOperationStreams({ operations, hub, perViewer });
  const callers = createStandingCallers(revocations);
  const { heartbeatMs } = env.connections;
  const eventStreams = createEventStreams({ streams, callers, perNetwork, heartbeatMs, metrics });
  const sockets = createSocketServer({
    streams,
    callers,
    tokens,
    limits: env.connections,
    log,
    metrics,
  });

  let draining = false;
  let closing = false;
  const isDraining = (): boolean => draining;
  const origins = createOrigins(env.corsOrigins, publicUrl);
  const app = createHttpServer({ origins, trustProxy, publicUrl, bodyBytes, metrics, isDraining });
  let stopping: Promise<void> | null = null;
  registerGraphQLRoute(app, {
    operations,
    eventStreams,
    tokens,
    batchSize,
    bodyMs,
    persistedMaxAgeSeconds: env.persistedMaxAgeSeconds,
    refusal: capacity.refusal,
  });
  registerServiceRoutes(app, { connections, log });
  const { metricsAccess } = env;
  registerHealthRoutes(app, { bus, connections, subgraphs, metrics, metricsAccess, isDraining });
  if (explorer && env.explorer) registerExplorer(app, explorer);
  else registerFrontPage(app);
  const isOriginAllowed = origins.mayConnect;
  const isClosing = (): boolean => closing;
  acceptUpgrades(app.server, { sockets, perNetwork, isOriginAllowed, trustProxy, isClosing });

  const unused = unusedConnections(app.server);

  async function hurried(work: PromiseLike<unknown>): Promise<void> {
    const hurry = setTimeout(capacity.hurry, FINISH_MS);
    await work;
    clearTimeout(hurry);
  }

  async function stop(): Promise<void> {
    draining = true;
    await pause(env.drainDelayMs);
    closing = true;
    await hurried(Promise.all([sockets.close(), eventStreams.close()]));
    await hub.stop();
    const cuts = [
      setTimeout(unused.close, FIRST_WORD_MS),
      setTimeout(() => app.server.closeAllConnections(), CUT_MS),
    ];
    await hurried(app.close());
    for (const cut of cuts) clearTimeout(cut);
    capacity.stop();
    await revocations.stop();
    await manifests.stop();
    await usage.stop();
    rateLimits.close();
  }

  return {
    async listen() {
      capacity.start();
      await manifests.start();
      usage.start();
      await hub.start();
      await revocations.start();
      await app.listen({ host: env.host, port: env.port });
      const { port } = app.server.address() as AddressInfo;
      const host = env.host.includes(':') ? `[${env.host}]` : env.host;
      return { url: env.publicUrl ?? `http://${host}:${port}`, port };
    },
    reload: (sdl) => graph.replace(sdl),
    drain() {
      draining = true;
    },
    stop: () => (stopping ??= stop()),
    open: {
      get sockets() {
        return sockets.size;
      },
      get feeds() {
        return hub.feeds;
      },
    },
  };
}
