import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  createExecutor,
  type SubgraphConnection,
  type SubgraphRequest,
  type SubgraphResponse,
} from '@lyceum/platform/subgraph';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { createMetrics } from '@lyceum/platform/telemetry/metrics';
import { Kind, parse, type DocumentNode } from 'graphql';
import { GuardedConnection } from '../../src/connections/guarded-connection.js';
import type { ExecutionInput } from '../../src/graph/operation-state.js';
import { createPlanExecution, type ExecutionOutput } from '../../src/graph/plan-execution.js';
import { createFetcher } from '../../src/graph/subgraph-fetcher.js';
import { loadSupergraph, type LoadedSupergraph } from '../../src/graph/supergraph.js';
import { library, media, shippingCost, type Args, type Reference } from './library.js';
import { SUBGRAPH_SDL, type SubgraphName } from './subgraph-sdl.js';

/** Stands in the way of a subgraph: null lets the request through. */
export type Intercept = (
  subgraph: SubgraphName,
  request: SubgraphRequest,
) => SubgraphResponse | null | Promise<SubgraphResponse | null>;

export interface Federated {
  readonly supergraph: LoadedSupergraph;
  /** What subgraphs were asked, in order. */
  readonly requests: { subgraph: SubgraphName; request: SubgraphRequest }[];
  intercept: Intercept | null;
  execute(
    document: DocumentNode,
    input?: Partial<ExecutionInput>,
    operationName?: string,
  ): Promise<ExecutionOutput>;
}

let loaded: LoadedSupergraph | undefined;

export function librarySupergraph(): LoadedSupergraph {
  if (loaded) return loaded;
  const services = Object.entries(SUBGRAPH_SDL).map(([name, sdl]) => ({
    name,
    url: `http://${name}/graphql`,
    typeDefs: parse(sdl),
  }));
  const result = composeServices(services);
  if (result.errors) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return (loaded = loadSupergraph(result.supergraphSdl));
}

/**
 * The library behind the gateway's execution.
 * @param wire as over the network: texts and JSON instead of documents and objects
 */
export function federated({ wire = false }: { wire?: boolean } = {}): Federated {
  const supergraph = librarySupergraph();
  const resolvers = library();
  const requests: Federated['requests'] = [];
  const subgraphs = new Map<string, GuardedConnection>();
  for (const name of Object.keys(SUBGRAPH_SDL) as SubgraphName[]) {
    const run = executorOf(name, resolvers);
    const connection: SubgraphConnection = {
      name,
      async execute(request) {
        requests.push({ subgraph: name, request });
        const instead = await self.intercept?.(name, request);
        if (instead) return instead;
        if (!wire) return run(request);
        const { document: _, ...sent } = request;
        const received = JSON.parse(JSON.stringify(sent)) as SubgraphRequest;
        return JSON.parse(JSON.stringify(await run(received))) as SubgraphResponse;
      },
      route: async () => new Response(null, { status: 404 }),
      ready: async () => true,
      close: async () => undefined,
    };
    const bounds = { timeoutMs: 60_000, mostAtATime: 1000 };
    subgraphs.set(name, new GuardedConnection(connection, bounds));
  }
  const metrics = createMetrics({ defaults: false });
  const fetchSubgraph = createFetcher({
    subgraphs,
    revocations: { reason: () => null },
    metrics,
    log: silentLogger,
  });
  const plans = createPlanExecution({
    ...{ supergraph, fetchSubgraph, metrics },
    hideSuggestions: false,
  });
  const self: Federated = {
    supergraph,
    requests,
    intercept: null,
    async execute(document, input = {}, operationName) {
      return plans.execute(plans.prepare(document, operationName), {
        variables: {},
        viewer: { kind: 'anonymous' },
        correlationId: 'c',
        network: null,
        ...input,
      });
    },
  };
  return self;
}

/** A subgraph knows the fields of its own SDL alone, and of others what it is told. */
function executorOf(name: SubgraphName, all: ReturnType<typeof library>) {
  const typeDefs = parse(SUBGRAPH_SDL[name]);
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const definition of typeDefs.definitions) {
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      resolvers[definition.name.value] = {
        __resolveType: (value: Reference) => value.__typename,
        // Asked for by the interface's name, it says which type it is.
        __resolveReference: ({ id }: Reference) => media(String(id)),
      };
    } else if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      resolvers[definition.name.value] = { __resolveType: (value: Reference) => value.__typename };
    } else if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      const type = definition.name.value;
      const fields: Record<string, unknown> = {};
      for (const field of definition.fields ?? []) {
        // An interface object resolves for every type of the interface.
        const from = all[type] ?? all['Book'];
        const isGiven = field.directives?.some((directive) => directive.name.value === 'external');
        fields[field.name.value] = isGiven
          ? given(field.name.value, type, all)
          : from?.[field.name.value];
      }
      if (type !== 'Query' && type !== 'Mutation') {
        fields['__resolveReference'] = (reference: Reference) => known(reference);
      }
      resolvers[type] = { ...fields, ...required(name, type) };
    }
  }
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  return createExecutor(schema, silentLogger);
}

/** External fields: of a representation, or provided on the way. */
function given(field: string, type: string, all: ReturnType<typeof library>) {
  return (source: Reference, args: Args) => source[field] ?? all[type]?.[field]?.(source, args);
}

/** What is computed from what others know is computed from what the gateway brought. */
function required(name: SubgraphName, type: string): Record<string, unknown> {
  if (name === 'shipping' && (type === 'Book' || type === 'Film')) {
    return {
      shippingCost: ({ weight, size }: Reference, { zone }: { zone: number }) =>
        shippingCost(weight, size, zone),
    };
  }
  if (name === 'reviews' && type === 'Person') {
    return {
      greeting: ({ name: brought }: Reference, { word }: { word: string }) =>
        `${word}, ${String(brought)}`,
    };
  }
  return {};
}

/** Keys of every kind lead to the same reference. */
function known(reference: Reference): Reference | null {
  const { isbn, email } = reference;
  if (typeof isbn === 'string') return { ...reference, id: isbn.slice('isbn-'.length) };
  if (typeof email === 'string') return { ...reference, id: email.slice(0, email.indexOf('@')) };
  return reference;
}
