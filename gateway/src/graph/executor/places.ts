import { isTree, keyOf, read, type Key, type Path, type Tree } from './tree.js';

/** Of a plan: response keys, and `@` for every element of a list. */
export type PlanPath = readonly ('@' | Key)[];

export function planPathOf(path: readonly (string | number)[]): PlanPath {
  return path.map((element) => {
    // `name|[Type]` is of planners that fetch by type, which this one is not told to do.
    if (typeof element !== 'string' || element.includes('|')) {
      throw new Error(`Cannot follow ${String(element)} of a query plan.`);
    }
    return element === '@' ? '@' : keyOf(element);
  });
}

/** The objects at a path from any of these. */
export function objectsAt(from: readonly Tree[], path: PlanPath): Tree[] {
  const found: Tree[] = [];
  for (const tree of from) collect(tree, path, 0, found);
  return found;
}

function collect(value: unknown, path: PlanPath, at: number, found: Tree[]): void {
  const element = path[at];
  if (element === undefined) {
    if (isTree(value)) found.push(value);
  } else if (element === '@') {
    if (Array.isArray(value)) for (const each of value) collect(each, path, at + 1, found);
  } else if (isTree(value)) {
    collect(read(value, element), path, at + 1, found);
  }
}

/** Where these objects are, real indexes and all. One that is in several places is in each. */
export function pathsOf(wanted: ReadonlySet<Tree>, root: Tree, path: PlanPath): Path[] {
  const paths: Path[] = [];
  const walk = (value: unknown, at: number, walked: Path): void => {
    const element = path[at];
    if (element === undefined) {
      if (isTree(value) && wanted.has(value)) paths.push(walked);
    } else if (element === '@') {
      if (!Array.isArray(value)) return;
      for (const [index, each] of value.entries()) walk(each, at + 1, [...walked, index]);
    } else if (isTree(value)) {
      walk(read(value, element), at + 1, [...walked, element.name]);
    }
  };
  walk(root, 0, []);
  return paths;
}

/** As far as a path is the same for all that it leads to. */
export function commonPath(path: PlanPath): Path {
  const common: string[] = [];
  for (const element of path) {
    if (element === '@') break;
    common.push(element.name);
  }
  return common;
}
