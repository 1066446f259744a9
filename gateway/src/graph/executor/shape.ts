import {
  getNullableType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, type SelectionContext } from './collect-fields.js';
import type { Introspect } from './introspection.js';
import { completeLeaf } from './leaf.js';
import type { PlanDocument } from './plan-document.js';
import { FAILED, fail, failEmpty, type Complete, type Shaping } from './shaping.js';
import { isTree, keyOf, read, write, type Key, type Tree } from './tree.js';

interface ShapeContext extends SelectionContext {
  readonly introspection: (nodes: readonly FieldNode[]) => Introspect;
  readonly names: Pick<PlanDocument, 'keyInPlan'>;
}

interface ShapedField {
  readonly key: Key;
  /** In what subgraphs gave. */
  readonly source: Key;
  readonly isNonNull: boolean;
  readonly complete: Complete;
  /** For messages: `User.name`. */
  readonly coordinate: string;
  /** Not for subgraphs to say. */
  readonly given: ((shaping: Shaping) => unknown) | null;
}

/** Shapes the answer's root; null when it may not be. */
export function compileShape(
  context: ShapeContext,
  rootType: GraphQLObjectType,
  selectionSet: SelectionSetNode,
): (data: Tree, shaping: Shaping) => Tree | null {
  const fields = fieldsOf(context, rootType, [selectionSet]);
  return (data, shaping) => {
    const shaped = completeFields(fields, data, shaping, 0, true);
    return isTree(shaped) ? shaped : null;
  };
}

function fieldsOf(
  context: ShapeContext,
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
): readonly ShapedField[] {
  const fields: ShapedField[] = [];
  for (const [name, nodes] of collectFields(context, type.name, selectionSets)) {
    const field = compileField(context, type, keyOf(name), nodes);
    if (field) fields.push(field);
  }
  return fields;
}

function compileField(
  context: ShapeContext,
  parent: GraphQLCompositeType,
  key: Key,
  nodes: readonly FieldNode[],
): ShapedField | null {
  const name = nodes[0]?.name.value ?? '';
  const coordinate = `${parent.name}.${name}`;
  const complete: Complete = (value) => value;
  if (name === '__typename') {
    // Of an interface that no subgraph told the object's type of, there is nothing true to say.
    const typename = isObjectType(parent) ? parent.name : null;
    return { key, source: key, isNonNull: true, complete, coordinate, given: () => typename };
  }
  if (name === '__schema' || name === '__type') {
    const introspect = context.introspection(nodes);
    const given = ({ variables }: Shaping) => introspect(variables);
    return { key, source: key, isNonNull: false, complete, coordinate, given };
  }
  const field = 'getFields' in parent ? parent.getFields()[name] : undefined;
  if (!field) return null;
  const [node] = nodes;
  return {
    key,
    source: node ? keyOf(context.names.keyInPlan(node)) : key,
    isNonNull: isNonNullType(field.type),
    complete: compileType(context, field.type, nodes),
    coordinate,
    given: null,
  };
}

function compileType(
  context: ShapeContext,
  withNull: GraphQLOutputType,
  nodes: readonly FieldNode[],
): Complete {
  const type = getNullableType(withNull);
  if (isLeafType(type)) return completeLeaf(type);
  if (isListType(type)) return completeList(context, type.ofType, nodes);
  const selectionSets = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
  if (isAbstractType(type)) return completeAbstract(context, type, selectionSets);
  // Not before an object is met: what fragments in fragments spread to may be more than there is data.
  let fields: readonly ShapedField[] | undefined;
  return (value, shaping, depth) => {
    if (!isTree(value)) return fail(shaping, depth, `A value is no ${type.name}.`);
    fields ??= fieldsOf(context, type, selectionSets);
    return completeFields(fields, value, shaping, depth, false);
  };
}

function completeList(
  context: ShapeContext,
  itemType: GraphQLOutputType,
  nodes: readonly FieldNode[],
): Complete {
  const isNonNull = isNonNullType(itemType);
  const complete = compileType(context, itemType, nodes);
  return (value, shaping, depth) => {
    if (!Array.isArray(value)) return fail(shaping, depth, 'A value is no list.');
    const { path } = shaping;
    const list: unknown[] = [];
    for (let index = 0; index < value.length; index++) {
      path[depth] = index;
      const given: unknown = value[index];
      let item = given == null ? null : complete(given, shaping, depth + 1);
      if (item === null || item === FAILED) {
        if (isNonNull) {
          if (item === null) failEmpty(shaping, depth + 1, 'An item of a list must not be null.');
          return FAILED;
        }
        item = null;
      }
      list.push(item);
    }
    return list;
  };
}

function completeAbstract(
  context: ShapeContext,
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
): Complete {
  const byType = new Map<unknown, readonly ShapedField[]>();
  return (value, shaping, depth) => {
    if (!isTree(value)) return fail(shaping, depth, `A value is no ${type.name}.`);
    const typename = value['__typename'] ?? type.name;
    let fields = byType.get(typename);
    if (!fields) {
      const actual = typeof typename === 'string' ? context.schema.getType(typename) : null;
      // Hidden from clients, and so is its name.
      if (!isCompositeType(actual)) return fail(shaping, depth, `A value is no ${type.name}.`);
      fields = fieldsOf(context, actual, selectionSets);
      byType.set(typename, fields);
    }
    return completeFields(fields, value, shaping, depth, false);
  };
}

/**
 * What no subgraph said anything of is an entity that its own has never heard of: then there is no
 * such object, which is no failure where there may be none.
 */
function completeFields(
  fields: readonly ShapedField[],
  tree: Tree,
  shaping: Shaping,
  depth: number,
  isRoot: boolean,
): unknown {
  const shaped: Tree = {};
  const { path } = shaping;
  for (const { key, source, isNonNull, complete, coordinate, given } of fields) {
    path[depth] = key.name;
    const known = given ? given(shaping) : read(tree, source);
    if (known === undefined) shaping.incomplete.add(shaped);
    let value = known == null ? null : complete(known, shaping, depth + 1);
    if (value === null || value === FAILED) {
      if (isNonNull) {
        if (value === FAILED) return FAILED;
        if (known === undefined && !isRoot) return null;
        const message = `Cannot return null for non-nullable field ${coordinate}.`;
        return failEmpty(shaping, depth + 1, message);
      }
      value = null;
    }
    write(shaped, key, value);
  }
  return shaped;
}
