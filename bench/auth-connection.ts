import type { SubgraphConnection } from '@lyceum/platform/subgraph';
import type { JWK } from 'jose';

/** As much of auth as a gateway needs to know who asks: its keys, and that nobody was revoked. */
export function authConnection(jwks: { keys: JWK[] }): SubgraphConnection {
  return {
    name: 'auth',
    execute: async () => ({ data: { recentRevocations: [] } }),
    route: async () => Response.json(jwks),
    ready: async () => true,
    close: async () => undefined,
  };
}
