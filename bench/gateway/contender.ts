import type { JWK } from 'jose';
import type { SubgraphName } from './graph.js';

/** What a contender's process is started with. */
export interface ContenderInput {
  supergraphSdl: string;
  urls: Record<SubgraphName, string>;
  /** What ours shares with the subgraphs. */
  secret: string;
  /** By which ours verifies the access token that every contender is sent. */
  jwks: { keys: JWK[] };
}
