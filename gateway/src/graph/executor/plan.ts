import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { compileEntityFetch } from './entity-fetch.js';
import type { FetchOptions } from './fetch-options.js';
import { objectsAt, planPathOf, type PlanPath } from './places.js';
import { compileRootFetch } from './root-fetch.js';
import type { Step } from './run.js';

type PlanOptions = Omit<FetchOptions, 'path' | 'isPrimary'>;

/**
 * A plan as closures, so that an execution looks at nothing of it any more. Null when there is nothing
 * to fetch, as for an operation that asks for the schema alone.
 */
export function compilePlan({ node }: QueryPlan, options: PlanOptions): Step | null {
  if (!node) return null;
  if (node.kind !== 'Subscription') return compileNode(node, [], options);
  const primary = compileFetch(node.primary, { ...options, path: [], isPrimary: true });
  return node.rest ? inSequence([primary, compileNode(node.rest, [], options)]) : primary;
}

/** @param path from the root of the answer */
function compileNode(node: PlanNode, path: PlanPath, options: PlanOptions): Step {
  switch (node.kind) {
    case 'Fetch':
      return compileFetch(node, { ...options, path, isPrimary: false });
    case 'Sequence':
      return inSequence(node.nodes.map((each) => compileNode(each, path, options)));
    case 'Parallel':
      return inParallel(node.nodes.map((each) => compileNode(each, path, options)));
    case 'Flatten': {
      const further = planPathOf(node.path);
      const inner = compileNode(node.node, [...path, ...further], options);
      return (run, targets) => {
        const found = objectsAt(targets, further);
        return found.length > 0 ? inner(run, found) : undefined;
      };
    }
    case 'Condition': {
      const { condition, ifClause, elseClause } = node;
      const yes = ifClause && compileNode(ifClause, path, options);
      const no = elseClause && compileNode(elseClause, path, options);
      return (run, targets) => (run.conditions.get(condition) ? yes : no)?.(run, targets);
    }
    case 'Defer':
      throw new Error('The gateway does not defer.');
  }
}

function compileFetch(node: FetchNode, options: FetchOptions): Step {
  const { requires } = node;
  return requires
    ? compileEntityFetch({ ...node, requires }, options)
    : compileRootFetch(node, options);
}

function inSequence(steps: readonly Step[]): Step {
  return async (run, targets) => {
    for (const step of steps) {
      const work = step(run, targets);
      if (work) await work;
    }
  };
}

function inParallel(steps: readonly Step[]): Step {
  return async (run, targets) => {
    await Promise.all(steps.map(async (step) => step(run, targets)));
  };
}
