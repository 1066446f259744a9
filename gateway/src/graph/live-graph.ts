import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Metrics } from '@lyceum/platform/telemetry/metrics';
import type { LimitFunction } from 'p-limit';
import { createPlanExecution, type PlanExecution } from './plan-execution.js';
import type { FetchSubgraph } from './subgraph-fetcher.js';
import { loadSupergraph, type LoadedSupergraph } from './supergraph.js';

/** One composed supergraph and what is made from it: they are replaced together. */
export interface Graph {
  readonly supergraph: LoadedSupergraph;
  readonly plans: PlanExecution;
}

/** The graph that is served now. An operation that has begun ends with the graph it began with. */
export interface LiveGraph {
  readonly current: Graph;
  /**
   * Serves another supergraph, once what it needs is prepared; the same one again changes nothing.
   * Rejects when it cannot be loaded, or needs a subgraph that is not connected: the former stays.
   */
  replace(sdl: string): Promise<void>;
  /** Awaits `prepare` before a graph is served in place of another. */
  beforeReplaced(prepare: (graph: Graph) => Promise<void>): void;
  /** Calls `listener` after each replacement. */
  onReplaced(listener: (graph: Graph) => void): void;
}

export function createLiveGraph(options: {
  sdl: string;
  /** Names of the subgraphs that can be asked. */
  connected: readonly string[];
  fetchSubgraph: FetchSubgraph;
  log: Logger;
  metrics: Metrics;
  /** Whatever replaces what is served does so one after the other. */
  inTurn: LimitFunction;
  hideSuggestions: boolean;
}): LiveGraph {
  const { connected, fetchSubgraph, log, metrics, inTurn, hideSuggestions } = options;
  const listeners: ((graph: Graph) => void)[] = [];
  const preparations: ((graph: Graph) => Promise<void>)[] = [];

  function load(sdl: string): Graph {
    const supergraph = loadSupergraph(sdl);
    const unknown = supergraph.subgraphs.filter((name) => !connected.includes(name));
    if (unknown.length > 0) {
      throw new Error(`The supergraph needs subgraphs that are not connected: ${unknown.join()}`);
    }
    const plans = createPlanExecution({ supergraph, fetchSubgraph, metrics, hideSuggestions });
    return { supergraph, plans };
  }

  let current = load(options.sdl);

  async function replaceNow(sdl: string): Promise<void> {
    if (sdl === current.supergraph.sdl) return;
    const next = load(sdl);
    for (const prepare of preparations) await prepare(next);
    current = next;
    log.info({ subgraphs: current.supergraph.subgraphs }, 'The supergraph was replaced');
    for (const listener of listeners) listener(current);
  }

  return {
    get current() {
      return current;
    },
    // The last one asked for is the one that stays.
    replace: (sdl) => inTurn(replaceNow, sdl),
    beforeReplaced: (prepare) => void preparations.push(prepare),
    onReplaced: (listener) => void listeners.push(listener),
  };
}
