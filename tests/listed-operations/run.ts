import type { GraphClient } from '@lyceum/standalone/graph-client';
import { Live } from '@lyceum/standalone/story/live';
import type { School } from './school.js';

type Variables = Record<string, unknown>;

/** A listed operation, to be sent as frontends send it. */
export interface Listed {
  /** @throws GraphError when the answer has errors */
  ask<T = unknown>(client: GraphClient, variables?: Variables): Promise<T>;
  /** Subscribes; to be closed. */
  listen<T>(client: GraphClient, variables?: Variables): Promise<Live<T>>;
}

/** Executes a listed operation with data in it, and looks at the answer. */
export type Run = (operation: Listed, school: School) => Promise<void>;

/** By the operation's name. */
export type Runs = Readonly<Record<string, Run>>;

/** @param text with its fragments, as the manifest has it */
export function listed(text: string): Listed {
  return {
    ask: (client, variables) => client.request(text, variables),
    listen: <T>(client: GraphClient, variables?: Variables) =>
      Live.open<T, T>(client, { query: text, variables, pick: (data) => data }),
  };
}
