import {
  isInterfaceType,
  Kind,
  type DocumentNode,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf, type Fragments } from './fragments.js';
import { isTree, keyOf, read, write, type Key, type Tree } from './tree.js';

const TYPENAME = '__typename';

/** What a fetch selects, whatever the types: null for a leaf, whose value is nobody's to look into. */
export type Selected = Map<string, SelectedField>;
export interface SelectedField {
  readonly key: Key;
  readonly inner: Selected | null;
}

/** What the root fields of an operation select. */
export function selectedBy(document: DocumentNode): Selected {
  const fragments = fragmentsOf(document);
  const selected: Selected = new Map();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      add(definition.selectionSet, selected, fragments);
    }
  }
  return selected;
}

function add({ selections }: SelectionSetNode, selected: Selected, fragments: Fragments): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      const name = (selection.alias ?? selection.name).value;
      let field = selected.get(name);
      if (!field) {
        field = { key: keyOf(name), inner: selection.selectionSet ? new Map() : null };
        selected.set(name, field);
      }
      if (selection.selectionSet && field.inner) {
        add(selection.selectionSet, field.inner, fragments);
      }
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      add(selection.selectionSet, selected, fragments);
    } else {
      const fragment = fragments.get(selection.name.value);
      if (fragment) add(fragment.selectionSet, selected, fragments);
    }
  }
}

/**
 * Adds what a fetch brought to what is known of the same object. What is fresh is taken over, not copied.
 * @param schema the whole supergraph
 */
export function mergeInto(
  known: Tree,
  fresh: Tree,
  selected: Selected,
  schema: GraphQLSchema,
): void {
  for (const { key, inner } of selected.values()) {
    const value = read(fresh, key);
    if (value === undefined) continue;
    if (key.name === TYPENAME && !saysMore(known, value, schema)) continue;
    write(known, key, inner ? merged(read(known, key), value, inner, schema) : value);
  }
}

/** A subgraph that has an object in place of an interface calls every entity by the interface's name. */
function saysMore(known: Tree, typename: unknown, schema: GraphQLSchema): boolean {
  return known[TYPENAME] === undefined || !isInterfaceType(schema.getType(String(typename)));
}

function merged(
  known: unknown,
  fresh: unknown,
  selected: Selected,
  schema: GraphQLSchema,
): unknown {
  if (Array.isArray(known) && Array.isArray(fresh) && known.length === fresh.length) {
    for (const [index, value] of fresh.entries()) {
      known[index] = merged(known[index], value, selected, schema);
    }
    return known;
  }
  if (!isTree(known) || !isTree(fresh)) return fresh;
  mergeInto(known, fresh, selected, schema);
  return known;
}
