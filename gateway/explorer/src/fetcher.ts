import type { Fetcher } from '@graphiql/toolkit';
import { getOperationAST, OperationTypeNode, parse } from 'graphql';
import type { Live } from './live.js';
import type { Session } from './session.js';

/** Runs operations as whoever is signed in. Subscriptions go on in the live panel. */
export function createFetcher(current: () => Session | null, live: Live): Fetcher {
  return async (params, options) => {
    const { query, operationName } = params;
    const session = current();
    const name = subscriptionName(query, operationName);
    if (name !== null) {
      const variables = params.variables as Record<string, unknown> | undefined;
      const title = live.open({ query, operationName: name || undefined, variables }, session);
      return {
        live: `${title} is open: what it hears is shown below, whatever else you run.`,
      } as never;
    }
    const token = await session?.accessToken();
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        // What is written in the header editor goes before.
        ...options?.headers,
      },
      body: JSON.stringify(params),
    });
    return (await response.json()) as never;
  };
}

/** The subscription's name, empty if it has none; null for other operations. */
function subscriptionName(query: string, operationName: string | null | undefined): string | null {
  try {
    const operation = getOperationAST(parse(query), operationName);
    return operation?.operation === OperationTypeNode.SUBSCRIPTION
      ? (operation.name?.value ?? '')
      : null;
  } catch {
    return null;
  }
}
