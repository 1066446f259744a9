import {
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Introspect } from './introspection.js';
import type { PlanDocument } from './plan-document.js';
import { isMeantBy } from './type-condition.js';

/** What is needed to read selections: the client's schema, its fragments, and what its variables skip. */
export interface SelectionContext {
  readonly introspection: (nodes: readonly FieldNode[]) => Introspect;
  readonly schema: GraphQLSchema;
  readonly names: Pick<PlanDocument, 'keyInPlan'>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
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
  for (const { name, arguments: args } of directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const value = args?.find((argument) => argument.name.value === 'if')?.value;
    const holds =
      value?.kind === Kind.VARIABLE
        ? conditions.get(value.name.value) === true
        : value?.kind === Kind.BOOLEAN && value.value;
    if (holds !== (name.value === 'include')) return false;
  }
  return true;
}
