import type { DocumentNode } from 'graphql';
import type { Graph } from '../graph/live-graph.js';
import { coordinatesOf } from './coordinates.js';
import { addDuration } from './durations.js';
import { keyOf, type ClientCounts, type OperationUsage, type Usage } from './usage-day.js';

/** How an operation went; a subscription takes no time of its own. */
export interface Outcome {
  readonly milliseconds: number | null;
  readonly failed: boolean;
}

/** What is counted of an operation that was executed. */
export interface UsedOperation {
  readonly hash: string;
  readonly name: string | null;
  readonly kind: string;
  readonly document: DocumentNode;
  readonly graph: Graph;
  readonly listed: boolean;
}

/** Counts in memory, between two times that it is stored. */
export interface UsageRecorder {
  /** Takes about a microsecond, and does not keep anything of a request. */
  record(
    operation: UsedOperation,
    client: { name: string | null; version: string | null },
    outcome: Outcome,
  ): void;
  /** What was recorded since the last time. */
  take(): Usage;
}

/** Operations outside of manifests, and entries of clients, that are told apart between two times. */
const MOST_UNLISTED = 1_000;
const MOST_CLIENTS = 50;

interface Counted {
  readonly operation: UsedOperation;
  readonly by: Map<string | null, Map<string | null, ClientCounts>>;
  clients: number;
}

export function createUsageRecorder(options: { now: () => number }): UsageRecorder {
  const { now } = options;
  let counted = new Map<string, Counted>();
  let unlisted = 0;
  let others = 0;
  /** Of a document it is worked out once, whenever it was used. */
  const coordinates = new WeakMap<DocumentNode, readonly string[]>();

  function countedOf(operation: UsedOperation): Counted | null {
    const key = keyOf(operation);
    const known = counted.get(key);
    if (known) return known;
    if (!operation.listed && unlisted >= MOST_UNLISTED) return null;
    if (!operation.listed) unlisted += 1;
    const added: Counted = { operation, by: new Map(), clients: 0 };
    counted.set(key, added);
    return added;
  }

  function countsOf(entry: Counted, name: string | null, version: string | null): ClientCounts {
    let versions = entry.by.get(name);
    const known = versions?.get(version);
    if (known) return known;
    // Beyond the bound, clients are counted as one that does not say who it is.
    if (entry.clients >= MOST_CLIENTS && name !== null) return countsOf(entry, null, null);
    if (!versions) entry.by.set(name, (versions = new Map()));
    const added = { client: name, version, count: 0, errors: 0, lastSeen: 0, durations: {} };
    versions.set(version, added);
    entry.clients += 1;
    return added;
  }

  function used({ document, graph }: UsedOperation): readonly string[] {
    let known = coordinates.get(document);
    if (!known)
      coordinates.set(document, (known = coordinatesOf(graph.supergraph.apiSchema, document)));
    return known;
  }

  return {
    record(operation, { name, version }, { milliseconds, failed }) {
      const entry = countedOf(operation);
      if (!entry) {
        others += 1;
        return;
      }
      const counts = countsOf(entry, name, name === null ? null : version);
      counts.count += 1;
      if (failed) counts.errors += 1;
      counts.lastSeen = now();
      if (milliseconds !== null) addDuration(counts.durations, milliseconds);
    },
    take() {
      const operations = [...counted.values()].map(({ operation, by }): OperationUsage => {
        const { hash, name, kind, listed } = operation;
        const clients = [...by.values()].flatMap((versions) => [...versions.values()]);
        return { hash, name, kind, listed, coordinates: used(operation), by: clients };
      });
      const taken = { operations, others };
      counted = new Map();
      unlisted = 0;
      others = 0;
      return taken;
    },
  };
}
