import {
  Kind,
  type FieldNode,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { conditionOf } from './conditions.js';
import type { Fragments } from './fragments.js';
import { isMeantBy } from './type-condition.js';

/** What is needed to read selections: the client's schema, its fragments, and what its variables skip. */
export interface SelectionContext {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly conditions: ReadonlyMap<string, boolean>;
}

/** The fields selected of an object of a type, by response key, in the order they are answered. */
export function collectFields(
  context: SelectionContext,
  typename: string,
  selectionSets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const seen = new Set<string>();
  for (const selectionSet of selectionSets) {
    collect(context, typename, selectionSet.selections, fields, seen);
  }
  return fields;
}

function collect(
  context: SelectionContext,
  typename: string,
  selections: readonly SelectionNode[],
  fields: Map<string, FieldNode[]>,
  seen: Set<string>,
): void {
  for (const selection of selections) {
    if (!isIncluded(selection, context)) continue;
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const same = fields.get(key);
      if (same) same.push(selection);
      else fields.set(key, [selection]);
      continue;
    }
    let fragment;
    if (selection.kind === Kind.INLINE_FRAGMENT) fragment = selection;
    else {
      const name = selection.name.value;
      if (seen.has(name)) continue;
      seen.add(name);
      fragment = context.fragments.get(name);
    }
    if (!fragment) continue;
    const condition = fragment.typeCondition?.name.value;
    if (condition === undefined || isMeantBy(context.schema, condition, typename)) {
      collect(context, typename, fragment.selectionSet.selections, fields, seen);
    }
  }
}

function isIncluded({ directives }: SelectionNode, { conditions }: SelectionContext): boolean {
  for (const directive of directives ?? []) {
    const condition = conditionOf(directive);
    if (condition === null) continue;
    const holds = typeof condition === 'string' ? conditions.get(condition) === true : condition;
    if (holds !== (directive.name.value === 'include')) return false;
  }
  return true;
}
