import type { FetchDataRewrite } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { Selected } from './merge.js';
import { keyOf, read, write, type Tree } from './tree.js';
import { isMeantBy } from './type-condition.js';

const CONDITION = '... on ';

/** Changes what goes to a subgraph or comes from it, such as an interface's name where it has an object. */
export type Rewrite = (tree: Tree) => void;

/** @param schema the whole supergraph: what is rewritten may be hidden from clients */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  schema: GraphQLSchema,
): Rewrite | null {
  if (!rewrites?.length) return null;
  const all = rewrites.map((rewrite) => {
    const change = changeOf(rewrite);
    const path = rewrite.path.slice(0, -1);
    return (tree: Tree) => at(tree, path, 0, change, schema);
  });
  return (tree) => {
    for (const one of all) one(tree);
  };
}

function changeOf(rewrite: FetchDataRewrite): Rewrite {
  const key = keyOf(rewrite.path.at(-1) ?? '');
  if (rewrite.kind === 'ValueSetter') {
    const value: unknown = rewrite.setValueTo;
    return (tree) => write(tree, key, value);
  }
  const renamed = keyOf(rewrite.renameKeyTo);
  return (tree) => {
    const value = read(tree, key);
    if (value === undefined) return;
    write(tree, renamed, value);
    write(tree, key, undefined);
  };
}

function at(
  value: unknown,
  path: readonly string[],
  depth: number,
  change: Rewrite,
  schema: GraphQLSchema,
): void {
  if (Array.isArray(value)) {
    for (const each of value) at(each, path, depth, change, schema);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const tree = value as Tree;
  const element = path[depth];
  if (element === undefined) change(tree);
  else if (element.startsWith(CONDITION)) {
    const typename = tree['__typename'];
    // Not every object says its type; then the planner knows that it is meant.
    const isMeant =
      typeof typename !== 'string' || isMeantBy(schema, element.slice(CONDITION.length), typename);
    if (isMeant) at(tree, path, depth + 1, change, schema);
  } else at(read(tree, keyOf(element)), path, depth + 1, change, schema);
}

/** Lets what is renamed be merged by its new name. */
export function selectRenamed(
  selected: Selected,
  rewrites: readonly FetchDataRewrite[] | undefined,
): void {
  for (const rewrite of rewrites ?? []) {
    if (rewrite.kind !== 'KeyRenamer') continue;
    const names = rewrite.path.filter((element) => !element.startsWith(CONDITION));
    const last = names.pop() ?? '';
    let within: Selected | null | undefined = selected;
    for (const name of names) within = within?.get(name)?.inner;
    const field = within?.get(last);
    if (!within || !field) continue;
    within.set(rewrite.renameKeyTo, { key: keyOf(rewrite.renameKeyTo), inner: field.inner });
  }
}

/** By the key in the subgraph's answer: the client's. */
export function renamedKeys(
  rewrites: readonly FetchDataRewrite[] | undefined,
): ReadonlyMap<string | number, string> {
  const renamed = new Map<string | number, string>();
  for (const rewrite of rewrites ?? []) {
    const last = rewrite.path.at(-1);
    if (rewrite.kind === 'KeyRenamer' && last) renamed.set(last, rewrite.renameKeyTo);
  }
  return renamed;
}
