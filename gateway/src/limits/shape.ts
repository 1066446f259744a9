import {
  GraphQLError,
  Kind,
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { comparisonsIn } from './comparisons.js';
import { holdTo, tooLarge, type ShapeLimits } from './shape-limits.js';

/** How much a selection set is, the fragments it spreads included. */
interface Extent {
  readonly depth: number;
  readonly fieldsAtTop: number;
  readonly selections: number;
}

/**
 * Holds a parsed document to the limits of its shape, in time that the limits bound, so that nothing
 * which makes validation slow ever reaches it.
 * @throws GraphQLError OPERATION_TOO_LARGE, or GRAPHQL_VALIDATION_FAILED for a fragment within itself
 */
export function checkShape(document: DocumentNode, limits: ShapeLimits): void {
  const operations: OperationDefinitionNode[] = [];
  const fragments: FragmentDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.push(definition);
  }
  holdTo(limits, 'operations', operations.length);
  holdTo(limits, 'fragments', fragments.length);

  const measure = new Measure(fragments, limits);
  let selections = 0;
  for (const operation of operations) {
    const extent = measure.operation(operation);
    selections += extent.selections;
    holdTo(limits, 'depth', extent.depth);
    holdTo(limits, 'rootFields', extent.fieldsAtTop);
  }
  // Validation looks at fragments that nobody spreads as well.
  const unused = fragments.filter((fragment) => !measure.knows(fragment));
  for (const fragment of unused) selections += measure.fragment(fragment).selections;
  holdTo(limits, 'selections', selections);

  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  let comparisons = 0;
  for (const { selectionSet } of [...operations, ...unused]) {
    comparisons += comparisonsIn(selectionSet, byName, limits.comparisons - comparisons);
    holdTo(limits, 'comparisons', comparisons);
  }
}

/** Walks each definition once; what a fragment amounts to is remembered. */
class Measure {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #known = new Map<FragmentDefinitionNode, Extent | null>();
  #aliases = 0;
  #directives = 0;

  constructor(
    fragments: readonly FragmentDefinitionNode[],
    private readonly limits: ShapeLimits,
  ) {
    this.#fragments = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
  }

  knows(fragment: FragmentDefinitionNode): boolean {
    return this.#known.has(fragment);
  }

  operation(operation: OperationDefinitionNode): Extent {
    this.#count(operation.directives);
    for (const { defaultValue, directives } of operation.variableDefinitions ?? []) {
      this.#count(directives);
      if (defaultValue) this.#value(defaultValue, 1);
    }
    return this.#set(operation.selectionSet, 1, false);
  }

  fragment(fragment: FragmentDefinitionNode): Extent {
    const known = this.#known.get(fragment);
    if (known === null) {
      throw new GraphQLError(`Fragment "${fragment.name.value}" is spread within itself.`, {
        nodes: fragment,
        extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      });
    }
    if (known) return known;
    this.#known.set(fragment, null);
    this.#count(fragment.directives);
    const extent = this.#set(fragment.selectionSet, 1, false);
    this.#known.set(fragment, extent);
    return extent;
  }

  /** @param level of this set within its definition, which bounds the recursion */
  #set(set: SelectionSetNode, level: number, isInline: boolean): Extent {
    if (level > this.limits.depth) throw tooLarge(this.limits, 'depth', level);
    let depth = 0;
    let fieldsAtTop = 0;
    let selections = 0;
    for (const selection of set.selections) {
      const extent = this.#selection(selection, level, isInline);
      depth = Math.max(depth, extent.depth);
      fieldsAtTop += extent.fieldsAtTop;
      selections += 1 + extent.selections;
    }
    return { depth, fieldsAtTop, selections };
  }

  #selection(selection: SelectionNode, level: number, isInline: boolean): Extent {
    this.#count(selection.directives);
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = this.#fragments.get(selection.name.value);
      return fragment ? this.fragment(fragment) : NOTHING;
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      // Inline fragments directly within each other say nothing that one would not: they count.
      const inner = this.#set(selection.selectionSet, level + (isInline ? 1 : 0), true);
      return isInline ? { ...inner, depth: inner.depth + 1 } : inner;
    }
    if (selection.alias) holdTo(this.limits, 'aliases', (this.#aliases += 1));
    this.#values(selection.arguments);
    if (!selection.selectionSet) return LEAF;
    const inner = this.#set(selection.selectionSet, level + 1, false);
    return { depth: inner.depth + 1, fieldsAtTop: 1, selections: inner.selections };
  }

  #count(directives: readonly DirectiveNode[] | undefined): void {
    if (!directives || directives.length === 0) return;
    holdTo(this.limits, 'directivesPerLocation', directives.length);
    holdTo(this.limits, 'directives', (this.#directives += directives.length));
    for (const directive of directives) this.#values(directive.arguments);
  }

  #values(args: readonly ArgumentNode[] | undefined): void {
    if (args) for (const { value } of args) this.#value(value, 1);
  }

  #value(value: ValueNode, level: number): void {
    if (level > this.limits.depth) throw tooLarge(this.limits, 'depth', level);
    if (value.kind === Kind.LIST) for (const inner of value.values) this.#value(inner, level + 1);
    if (value.kind === Kind.OBJECT) {
      for (const field of value.fields) this.#value(field.value, level + 1);
    }
  }
}

const NOTHING: Extent = { depth: 0, fieldsAtTop: 0, selections: 0 };
const LEAF: Extent = { depth: 1, fieldsAtTop: 1, selections: 0 };
