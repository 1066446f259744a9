/** An object of what subgraphs answered, by response key. */
export type Tree = Record<string, unknown>;

/** Where in an answer something is: response keys and list indexes. */
export type Path = readonly (string | number)[];

/**
 * A response key. Clients choose them, and `constructor` and `__proto__` are names in GraphQL: those
 * that every object inherits take the slow way, so that no other has to.
 */
export interface Key {
  readonly name: string;
  readonly isInherited: boolean;
}

export function keyOf(name: string): Key {
  return { name, isInherited: name in Object.prototype };
}

export function read(tree: Tree, { name, isInherited }: Key): unknown {
  return isInherited && !Object.hasOwn(tree, name) ? undefined : tree[name];
}

export function write(tree: Tree, { name, isInherited }: Key, value: unknown): void {
  if (isInherited) {
    const own = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(tree, name, own);
  } else tree[name] = value;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
