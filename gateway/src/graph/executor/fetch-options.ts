import type { GraphQLSchema } from 'graphql';
import type { FetchSubgraph } from '../subgraph-fetcher.js';
import type { PlanPath } from './places.js';
import type { PlanDocument } from './plan-document.js';
import type { IsSkipped } from './skipped-fields.js';

/** What a fetch of a plan is compiled with. */
export interface FetchOptions {
  /** Where the fetch adds to the answer. */
  readonly path: PlanPath;
  readonly isPrimary: boolean;
  /** The whole supergraph, with what is hidden from clients. */
  readonly schema: GraphQLSchema;
  readonly fetchSubgraph: FetchSubgraph;
  readonly names: PlanDocument;
  /** Null when the operation has no conditions. */
  readonly isSkipped: IsSkipped | null;
}
