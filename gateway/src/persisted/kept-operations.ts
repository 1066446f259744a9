import { setImmediate } from 'node:timers/promises';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Graph } from '../graph/live-graph.js';
import type { ResolvedOperation } from '../pipeline/resolved-operation.js';
import type { ManifestOperation } from './manifest.js';

/** Planning does not hold up requests for longer than this and the plan under way. */
const SLICE_MS = 8;

/**
 * The operations of manifests, planned before they are asked for. Other operations, however many
 * clients send, do not push them out.
 */
export interface KeptOperations {
  get(graph: Graph, id: string): ResolvedOperation | undefined;
  /**
   * Plans these for a graph, and forgets others that were kept for it. What the graph cannot answer
   * is logged, and refused like any text that is wrong when it is asked for.
   */
  keep(graph: Graph, operations: readonly ManifestOperation[]): Promise<void>;
}

/** @param resolve parses and validates; throws when it cannot */
export function createKeptOperations(options: {
  resolve: (graph: Graph, text: string) => ResolvedOperation;
  log: Logger;
}): KeptOperations {
  const { resolve, log } = options;
  const kept = new WeakMap<Graph, ReadonlyMap<string, ResolvedOperation>>();

  return {
    get: (graph, id) => kept.get(graph)?.get(id),

    async keep(graph, operations) {
      const started = performance.now();
      const before = kept.get(graph);
      const next = new Map<string, ResolvedOperation>();
      const refused: { operation: string; reason: string }[] = [];
      let sliceStarted = started;
      for (const { id, name, body } of operations) {
        try {
          const operation = before?.get(id) ?? { ...resolve(graph, body), listed: true };
          operation.plan();
          next.set(id, operation);
        } catch (error) {
          refused.push({ operation: name, reason: (error as Error).message });
        }
        if (performance.now() - sliceStarted < SLICE_MS) continue;
        await setImmediate();
        sliceStarted = performance.now();
      }
      kept.set(graph, next);
      const milliseconds = Math.round(performance.now() - started);
      log.info({ operations: next.size, milliseconds }, 'Operations of manifests are planned');
      if (refused.length > 0)
        log.error({ refused }, 'Listed operations that the graph cannot answer');
    },
  };
}
