import {
  Kind,
  separateOperations,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { collectFields } from './collect-fields.js';
import { conditionOf } from './conditions.js';
import { fragmentsOf, type Fragments } from './fragments.js';
import { TYPENAME } from './settled-conditions.js';

/** The fields of a mutation itself: each is executed once, and in its turn. */
export interface MutationRoots {
  /** Variables that decide which there are. */
  readonly conditions: readonly string[];
  /** The mutation of these fields alone, one after the other. */
  under(conditions: ReadonlyMap<string, boolean>): DocumentNode;
}

/**
 * The planner takes fields that stand in fragments in an order of its own, and has one executed twice
 * that stands there under different conditions: it is given neither.
 */
export function mutationRootsOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): MutationRoots {
  const fragments = fragmentsOf(document);
  const { selectionSet } = operation;
  const typename = schema.getMutationType()?.name ?? '';
  return {
    conditions: [...conditionsIn(selectionSet.selections, fragments)],
    under(conditions) {
      const fields = collectFields({ schema, fragments, conditions }, typename, [selectionSet]);
      const selections = fields.size > 0 ? [...fields.values()].map(asOne) : [TYPENAME];
      const flat = { ...operation, selectionSet: { ...selectionSet, selections } };
      // With the fragments that are spread still: by others the planner would group them again.
      const separate = separateOperations({
        kind: Kind.DOCUMENT,
        definitions: [flat, ...fragments.values()],
      });
      return separate[operation.name?.value ?? '']!;
    },
  };
}

function asOne(nodes: readonly FieldNode[]): FieldNode {
  const [first] = nodes;
  const selections = nodes.flatMap(({ selectionSet }) => selectionSet?.selections ?? []);
  const selectionSet = first!.selectionSet && { ...first!.selectionSet, selections };
  return { ...first!, directives: [], selectionSet };
}

/** Of these and of what fragments stand for, but not within fields. */
function conditionsIn(selections: readonly SelectionNode[], fragments: Fragments): Set<string> {
  const names = new Set<string>();
  const unseen = new Map(fragments);
  const add = (selection: SelectionNode): void => {
    for (const directive of selection.directives ?? []) {
      const condition = conditionOf(directive);
      if (typeof condition === 'string') names.add(condition);
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) selection.selectionSet.selections.forEach(add);
    if (selection.kind !== Kind.FRAGMENT_SPREAD) return;
    const fragment = unseen.get(selection.name.value);
    unseen.delete(selection.name.value);
    fragment?.selectionSet.selections.forEach(add);
  };
  selections.forEach(add);
  return names;
}
