import { Supergraph, type Schema } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { parse } from 'graphql';
import { readCostModel, type CostModel } from '../limits/cost-model.js';
import { readFieldBudgets, type FieldBudget } from '../limits/field-budgets.js';
import { readEventSources, type EventSource } from './event-sources.js';

/** A composed supergraph, loaded once: what plans are made from and executed against. */
export interface LoadedSupergraph {
  readonly sdl: string;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** The same, as Apollo's planner wants it. */
  readonly apolloApiSchema: Schema;
  readonly supergraphSchema: GraphQLSchema;
  readonly planner: QueryPlanner;
  /** Names of the subgraphs, as composed. */
  readonly subgraphs: readonly string[];
  /** By subscription field: the events that feed it. */
  readonly eventSources: ReadonlyMap<string, EventSource>;
  readonly costs: CostModel;
  /** By `Type.field`: the root fields with a budget of tries. */
  readonly fieldBudgets: ReadonlyMap<string, FieldBudget>;
}

/** @throws when the SDL is no supergraph, or uses a feature that the gateway cannot serve */
export function loadSupergraph(sdl: string): LoadedSupergraph {
  const document = parse(sdl, { noLocation: true });
  const supergraph = Supergraph.build(document);
  const apolloApiSchema = supergraph.apiSchema();
  const apiSchema = apolloApiSchema.toGraphQLJSSchema();
  return {
    sdl,
    apiSchema,
    apolloApiSchema,
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    planner: new QueryPlanner(supergraph, { exposeDocumentNodeInFetchNode: true }),
    subgraphs: supergraph.subgraphsMetadata().map((subgraph) => subgraph.name),
    eventSources: readEventSources(document, apiSchema),
    costs: readCostModel(document, supergraph),
    fieldBudgets: readFieldBudgets(document, apiSchema),
  };
}
