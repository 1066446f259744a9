import type { QueryPlan } from '@apollo/query-planner';
import type {
  DocumentNode,
  GraphQLError,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import type { ExecutionInput, OperationState } from '../operation-state.js';
import type { FetchSubgraph } from '../subgraph-fetcher.js';
import { conditionVariables, readConditions } from './conditions.js';
import { fragmentsOf } from './fragments.js';
import { compileIntrospection } from './introspection.js';
import { compilePlan } from './plan.js';
import type { PlanDocument } from './plan-document.js';
import type { Run } from './run.js';
import { compileShape } from './shape.js';
import type { Shaping } from './shaping.js';
import { findSkippedFields } from './skipped-fields.js';
import type { Path, Tree } from './tree.js';

/** Combinations of conditions whose shapes are kept: an operation may have more than memory should hold. */
const KEPT_SHAPES = 64;

export interface CompiledAnswer {
  readonly data: Tree | null;
  readonly errors: readonly GraphQLError[];
}

/** An operation with its plan, compiled. */
export interface CompiledOperation {
  /**
   * @param coerced the variables, by the client's schema
   * @throws GraphQLError when a variable that decides what is selected is null
   */
  execute(
    input: ExecutionInput,
    coerced: Readonly<Record<string, unknown>>,
    state: OperationState,
  ): Promise<CompiledAnswer>;
}

/**
 * @param plans of the document with safe names, executed one after the other
 * @param document the client's own
 */
export function compileOperation(
  plans: readonly QueryPlan[],
  document: DocumentNode,
  operation: OperationDefinitionNode,
  options: {
    names: PlanDocument;
    apiSchema: GraphQLSchema;
    supergraphSchema: GraphQLSchema;
    fetchSubgraph: FetchSubgraph;
  },
): CompiledOperation {
  const { names, apiSchema, supergraphSchema, fetchSubgraph } = options;
  const conditionNames = conditionVariables(document);
  const steps = plans.flatMap((plan) => {
    const isSkipped = conditionNames.length > 0 ? findSkippedFields(plan) : null;
    const options = { schema: supergraphSchema, names, fetchSubgraph, isSkipped };
    return compilePlan(plan, options) ?? [];
  });
  const rootType = rootTypeOf(apiSchema, operation);
  const fragments = fragmentsOf(document);
  const shapes = new Map<string, ReturnType<typeof compileShape>>();

  function shapeFor(conditions: ReadonlyMap<string, boolean>): ReturnType<typeof compileShape> {
    const key = conditions.size === 0 ? '' : [...conditions.values()].join();
    let shape = shapes.get(key);
    if (!shape) {
      const context = {
        schema: apiSchema,
        names,
        fragments,
        conditions,
        introspection: (nodes: Parameters<typeof compileIntrospection>[3]) =>
          compileIntrospection(apiSchema, document, operation, nodes),
      };
      shape = compileShape(context, rootType, operation.selectionSet);
      const [oldest] = shapes.keys();
      if (shapes.size >= KEPT_SHAPES && oldest !== undefined) shapes.delete(oldest);
      shapes.set(key, shape);
    }
    return shape;
  }

  return {
    async execute(input, coerced, state) {
      const conditions = readConditions(conditionNames, coerced);
      const { variables } = input;
      const data: Tree = {};
      const run: Run = { data, errors: [], variables, conditions, state, isEnded: false };
      for (const fetchAll of steps) await fetchAll(run, [data]);
      if (state.skip) return { data: null, errors: run.errors };
      const shaping: Shaping = {
        path: [],
        problems: [],
        holes: [],
        incomplete: new Set(),
        variables,
      };
      const shaped = shapeFor(conditions)(data, shaping);
      const { problems, holes, incomplete } = shaping;
      const errors = run.errors.filter(({ path }) => concerns(shaped, path, incomplete));
      const unexplained = holes.filter(({ path }) => !isExplained(path, errors));
      return { data: shaped, errors: [...errors, ...problems, ...unexplained] };
    },
  };
}

/**
 * Whether the client has asked for what an error is about, or misses something for it. Fetches of
 * entities bring to all their places what is asked for at some.
 */
function concerns(data: Tree | null, path: Path = [], incomplete: ReadonlySet<object>): boolean {
  let value: unknown = data;
  for (const key of path) {
    // Within a null there may have been anything.
    if (typeof value !== 'object' || value === null) return true;
    if (!Object.hasOwn(value, key)) return incomplete.has(value);
    value = (value as Record<string | number, unknown>)[key];
  }
  return true;
}

/**
 * What a subgraph could not give leaves holes: they are its error's, not errors of their own. An
 * error may be about something that was required for the field that is missing, so that their paths
 * have no more in common than where they begin.
 */
function isExplained(path: Path | undefined, errors: readonly GraphQLError[]): boolean {
  return errors.some((error) => !error.path || error.path[0] === path?.[0]);
}

function rootTypeOf(schema: GraphQLSchema, { operation }: OperationDefinitionNode) {
  const type: GraphQLObjectType | null | undefined = schema.getRootType(operation);
  if (!type) throw new Error(`The schema has no ${operation}.`);
  return type;
}
