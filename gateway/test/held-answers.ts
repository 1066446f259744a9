import { expect } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import type { TestSubgraph } from './test-graph.js';

/** What a subgraph would answer, held back until it is let go. */
export interface HeldAnswers {
  /** Waits for an answer to be held, and lets it go; others are held on. */
  letGoOne(): Promise<void>;
  /** Holds nothing any more. */
  letGoAll(): void;
}

export function holdAnswers(subgraph: TestSubgraph): HeldAnswers {
  const held: (() => void)[] = [];
  subgraph.before = () => new Promise((resolve) => held.push(resolve));
  return {
    async letGoOne() {
      await eventually(() => expect(held).not.toHaveLength(0), { interval: 1 });
      held.shift()?.();
    },
    letGoAll() {
      subgraph.before = null;
      for (const letGo of held.splice(0)) letGo();
    },
  };
}
