import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { Kind, type DirectiveNode, type FragmentDefinitionNode, type SelectionNode } from 'graphql';

/**
 * Whether a field at a path of response keys is one that the plan leaves out under these conditions.
 * The planner puts what is required into a fetch whose other fields do not need it, and conditions on
 * the fields that do: so it may be missing though nothing has failed.
 */
export type IsSkipped = (path: string, conditions: ReadonlyMap<string, boolean>) => boolean;

/** Under which values of variables something is fetched: all of them hold. */
type Requirement = readonly { readonly variable: string; readonly is: boolean }[];

interface Walk {
  readonly fetched: Map<string, Requirement[]>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export function findSkippedFields({ node }: QueryPlan): IsSkipped {
  const fetched = new Map<string, Requirement[]>();
  if (node?.kind === 'Subscription') {
    addFetch(node.primary, '', [], fetched);
    if (node.rest) addNode(node.rest, '', [], fetched);
  } else if (node) addNode(node, '', [], fetched);
  return (path, conditions) =>
    fetched
      .get(path)
      ?.every((each) => each.some(({ variable, is }) => conditions.get(variable) !== is)) ?? false;
}

function addNode(
  node: PlanNode,
  path: string,
  requirement: Requirement,
  fetched: Map<string, Requirement[]>,
): void {
  switch (node.kind) {
    case 'Fetch':
      return addFetch(node, path, requirement, fetched);
    case 'Flatten': {
      const names = node.path.filter((element) => element !== '@');
      return addNode(node.node, names.reduce<string>(pathOf, path), requirement, fetched);
    }
    case 'Condition': {
      const { condition: variable, ifClause, elseClause } = node;
      const when = (is: boolean) => [...requirement, { variable, is }];
      if (ifClause) addNode(ifClause, path, when(true), fetched);
      if (elseClause) addNode(elseClause, path, when(false), fetched);
      return;
    }
    case 'Sequence':
    case 'Parallel':
      for (const each of node.nodes) addNode(each, path, requirement, fetched);
      return;
    case 'Defer':
      throw new Error('The gateway does not defer.');
  }
}

function addFetch(
  { operationDocumentNode, requires }: FetchNode,
  path: string,
  requirement: Requirement,
  fetched: Map<string, Requirement[]>,
): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of operationDocumentNode?.definitions ?? []) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      let { selections } = definition.selectionSet;
      if (requires) selections = selections.flatMap(innerSelections);
      addSelections(selections, path, requirement, { fetched, fragments });
    }
  }
}

function addSelections(
  selections: readonly SelectionNode[],
  path: string,
  outer: Requirement,
  walk: Walk,
): void {
  for (const selection of selections) {
    const requirement = [...outer, ...requirementsOf(selection.directives)];
    if (selection.kind === Kind.FIELD) {
      const own = pathOf(path, (selection.alias ?? selection.name).value);
      const known = walk.fetched.get(own);
      if (known) known.push(requirement);
      else walk.fetched.set(own, [requirement]);
      addSelections(innerSelections(selection), own, requirement, walk);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      addSelections(innerSelections(selection), path, requirement, walk);
    } else {
      const fragment = walk.fragments.get(selection.name.value);
      if (fragment) addSelections(fragment.selectionSet.selections, path, requirement, walk);
    }
  }
}

function requirementsOf(directives: readonly DirectiveNode[] = []): Requirement {
  return directives.flatMap(({ name, arguments: args }) => {
    const value = args?.find((argument) => argument.name.value === 'if')?.value;
    if (value?.kind !== Kind.VARIABLE) return [];
    return [{ variable: value.name.value, is: name.value === 'include' }];
  });
}

function innerSelections(selection: SelectionNode): readonly SelectionNode[] {
  return 'selectionSet' in selection ? (selection.selectionSet?.selections ?? []) : [];
}

/** Of a field within the object at a path. */
export function pathOf(path: string, name: string | number): string {
  return `${path}/${name}`;
}
