import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/**
 * How many pairs of fields answer under one name in one place, fragments spread: validation compares
 * each pair (OverlappingFieldsCanBeMerged), so a thousand copies of a field are half a million looks.
 * Takes time in proportion to the selections, or stops when there are more than `most`.
 */
export function comparisonsIn(set: SelectionSetNode, fragments: Fragments, most: number): number {
  let pairs = 0;

  function compare(sets: readonly SelectionSetNode[]): void {
    for (const fields of fieldsByName(sets, fragments).values()) {
      pairs += (fields.length * (fields.length - 1)) / 2;
      if (pairs > most) return;
      const inner = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (inner.length > 0) compare(inner);
      if (pairs > most) return;
    }
  }

  compare([set]);
  return pairs;
}

/** The fields of sets that are answered as one, by the name they are answered under. */
function fieldsByName(
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();

  function add(set: SelectionSetNode): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const same = fields.get(name);
        if (same) same.push(selection);
        else fields.set(name, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        add(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) add(fragment.selectionSet);
      }
    }
  }

  sets.forEach(add);
  return fields;
}
