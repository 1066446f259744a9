import type { Route } from '@lyceum/platform/service';
import type { SigningKeyService } from './signing-key.service.js';

/** Where everybody finds the keys that access tokens are verified by. */
export function signingKeyRoutes(keys: SigningKeyService): Route[] {
  return [
    {
      method: 'GET',
      path: '/.well-known/jwks.json',
      handle: async () =>
        Response.json(await keys.keySet(), {
          headers: {
            'cache-control': 'public, max-age=300',
            'content-type': 'application/jwk-set+json',
          },
        }),
    },
  ];
}
