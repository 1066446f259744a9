import { Kind, visit, type DocumentNode, type FieldNode, type SelectionNode } from 'graphql';
import { conditionOf } from './conditions.js';

/** What is selected where nothing is: no subgraph has to be asked for it. */
export const TYPENAME: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
};

/**
 * A document whose conditions the planner gets right. Of those that are no variables it forgets some,
 * and what is never to be executed would be; and an object of which conditions leave nothing to select
 * is not fetched at all, though it is there.
 */
export function settleConditions(document: DocumentNode): DocumentNode {
  if (!hasConditions(document)) return document;
  return visit(document, {
    Field: { enter: settled, leave: knownToBeThere },
    InlineFragment: settled,
    FragmentSpread: settled,
    SelectionSet: {
      leave: (node) =>
        node.selections.length > 0 ? undefined : { ...node, selections: [TYPENAME] },
    },
  });
}

function hasConditions(document: DocumentNode): boolean {
  let found = false;
  visit(document, { Directive: (node) => void (found ||= conditionOf(node) !== null) });
  return found;
}

/** Null for what is left out whatever the variables are. */
function settled<T extends SelectionNode>(node: T): T | null | undefined {
  const { directives = [] } = node;
  const constant = directives.filter((each) => typeof conditionOf(each) === 'boolean');
  if (constant.length === 0) return undefined;
  if (constant.some((each) => conditionOf(each) === (each.name.value === 'skip'))) return null;
  return { ...node, directives: directives.filter((each) => !constant.includes(each)) };
}

/** Has something of an object selected that no condition leaves out. */
function knownToBeThere(node: FieldNode): FieldNode | undefined {
  const { selectionSet } = node;
  const isFixed = (one: SelectionNode) => one.kind === Kind.FIELD && !one.directives?.length;
  if (!selectionSet || selectionSet.selections.some(isFixed)) return undefined;
  const selections = [TYPENAME, ...selectionSet.selections];
  return { ...node, selectionSet: { ...selectionSet, selections } };
}
