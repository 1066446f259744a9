import {
  isAbstractType,
  Kind,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { Variables } from './cost-program.js';
import type { ReadVariable } from './list-length.js';

type Holds = (variables: Variables) => boolean;

/** The fields that are answered as one, and when they are; null is always. */
export interface CollectedField {
  readonly nodes: FieldNode[];
  when: Holds | null;
}

/** The fields that an object of a type answers, as execution collects them. */
export function collectFields(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  read: ReadVariable,
): ReadonlyMap<string, CollectedField> {
  const fields = new Map<string, CollectedField>();
  const spread = new Set<string>();

  function applies(condition: string | undefined): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = schema.getType(condition);
    return isAbstractType(wanted) && schema.isSubType(wanted, type);
  }

  function add(set: SelectionSetNode, within: Holds | null): void {
    for (const selection of set.selections) {
      const own = conditionOf(selection.directives, read);
      if (own === 'never') continue;
      const when = both(within, own);
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const known = fields.get(name);
        if (known) {
          known.nodes.push(selection);
          known.when = either(known.when, when);
        } else fields.set(name, { nodes: [selection], when });
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(selection.typeCondition?.name.value)) add(selection.selectionSet, when);
      } else {
        const name = selection.name.value;
        const fragment = fragments.get(name);
        if (!fragment || spread.has(name) || !applies(fragment.typeCondition.name.value)) continue;
        // Once is enough, unless it is only there under a condition.
        if (!when) spread.add(name);
        add(fragment.selectionSet, when);
      }
    }
  }

  for (const set of sets) add(set, null);
  return fields;
}

function conditionOf(
  directives: readonly DirectiveNode[] | undefined,
  read: ReadVariable,
): Holds | null | 'never' {
  let all: Holds | null = null;
  for (const { name, arguments: args } of directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    const wanted = name.value === 'include';
    const value = args?.find((argument) => argument.name.value === 'if')?.value;
    if (value?.kind === Kind.BOOLEAN && value.value !== wanted) return 'never';
    if (value?.kind !== Kind.VARIABLE) continue;
    const variable = value.name.value;
    all = both(all, (variables) => (read(variables, variable) === true) === wanted);
  }
  return all;
}

function both(a: Holds | null, b: Holds | null): Holds | null {
  if (!a || !b) return a ?? b;
  return (variables) => a(variables) && b(variables);
}

function either(a: Holds | null, b: Holds | null): Holds | null {
  if (!a || !b) return null;
  return (variables) => a(variables) || b(variables);
}
