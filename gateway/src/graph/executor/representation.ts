import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { pathOf, type IsSkipped } from './skipped-fields.js';
import { isTree, keyOf, read, write, type Key, type Tree } from './tree.js';
import { isMeantBy } from './type-condition.js';

/** What a subgraph is told of an entity: its type, its key, and what it requires. */
export interface Representation {
  readonly value: Tree;
  /** The same for equal representations of one fetch. */
  readonly identity: string;
}

/** Null when the entity is of no type that is asked for, or something required is not known of it. */
export type Represent = (entity: Tree, conditions: Conditions) => Representation | null;

type Conditions = ReadonlyMap<string, boolean>;
interface RequiredField {
  readonly key: Key;
  /** Null for a leaf. */
  readonly inner: Require | null;
  readonly isSkipped: ((conditions: Conditions) => boolean) | null;
}
type Require = (tree: Tree) => readonly RequiredField[];

interface RequireOptions {
  /** The whole supergraph: what is required may be hidden from clients. */
  readonly schema: GraphQLSchema;
  /** Of the entity, by response keys. */
  readonly path: string;
  /** Null when the plan has no conditions. */
  readonly isSkipped: IsSkipped | null;
}

export function compileRepresentation(
  requires: readonly QueryPlanSelectionNode[],
  options: RequireOptions,
): Represent {
  const fieldsOf = compileRequires(requires, options);
  return (entity, conditions) => {
    const fields = fieldsOf(entity);
    if (fields.length === 0) return null;
    const value: Tree = {};
    let identity = '';
    for (const { key, inner, isSkipped } of fields) {
      const known = read(entity, key);
      if (known === undefined) {
        if (isSkipped?.(conditions)) continue;
        // It could not be fetched: an error says so already.
        return null;
      }
      const required = inner ? select(known, inner, conditions) : known;
      write(value, key, required);
      // Strings tell their length, and nothing that JSON writes otherwise begins as they do.
      identity +=
        typeof required === 'string'
          ? `${required.length}:${required}`
          : `${JSON.stringify(required)},`;
    }
    return value['__typename'] ? { value, identity } : null;
  };
}

function select(value: unknown, fieldsOf: Require, conditions: Conditions): unknown {
  if (Array.isArray(value)) return value.map((each) => select(each, fieldsOf, conditions));
  if (!isTree(value)) return null;
  const selected: Tree = {};
  for (const { key, inner, isSkipped } of fieldsOf(value)) {
    const known = read(value, key);
    if (known === undefined) {
      if (isSkipped?.(conditions)) continue;
      return null;
    }
    write(selected, key, inner ? select(known, inner, conditions) : known);
  }
  return selected;
}

/** What is required of an object differs by its type, and is worked out once for each. */
function compileRequires(
  selections: readonly QueryPlanSelectionNode[],
  options: RequireOptions,
): Require {
  const { schema, path, isSkipped } = options;
  const byType = new Map<unknown, readonly RequiredField[]>();
  return (tree) => {
    const typename = tree['__typename'];
    let fields = byType.get(typename);
    if (!fields) {
      const gathered = new Map<string, QueryPlanSelectionNode[] | null>();
      gather(selections, typeof typename === 'string' ? typename : null, schema, gathered);
      fields = [...gathered].map(([name, inner]) => {
        const own = pathOf(path, name);
        return {
          key: keyOf(name),
          inner: inner ? compileRequires(inner, { ...options, path: own }) : null,
          isSkipped: isSkipped && ((conditions) => isSkipped(own, conditions)),
        };
      });
      byType.set(typename, fields);
    }
    return fields;
  };
}

function gather(
  selections: readonly QueryPlanSelectionNode[],
  typename: string | null,
  schema: GraphQLSchema,
  gathered: Map<string, QueryPlanSelectionNode[] | null>,
): void {
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      const { typeCondition } = selection;
      const isMeant =
        typename !== null && !!typeCondition && isMeantBy(schema, typeCondition, typename);
      if (isMeant) gather(selection.selections, typename, schema, gathered);
      continue;
    }
    const name = selection.alias ?? selection.name;
    const { selections: inner } = selection;
    const known = gathered.get(name);
    gathered.set(name, inner ? [...(known ?? []), ...inner] : null);
  }
}
