import { Kind, parse, visit, type DocumentNode, type FieldNode } from 'graphql';

/**
 * Response keys that clients must not have within a plan. The planner adds keys of entities and what
 * subgraphs require to what clients select, by the fields' own names, and tells neither from the
 * other: `id: title` would be sent to a subgraph as the entity's id.
 */
export interface ReservedKeys {
  /** Names of fields: no alias of another field may be one. */
  readonly names: ReadonlySet<string>;
  /** Those that a subgraph requires with arguments, which clients may ask for with others. */
  readonly withArguments: ReadonlySet<string>;
}

/** @param supergraph as composed */
export function findReservedKeys(supergraph: DocumentNode): ReservedKeys {
  const names = new Set(['__typename']);
  const withArguments = new Set<string>();
  visit(supergraph, {
    FieldDefinition({ name, directives }) {
      names.add(name.value);
      for (const directive of directives ?? []) {
        if (directive.name.value !== 'join__field') continue;
        const requires = directive.arguments?.find((one) => one.name.value === 'requires');
        if (requires?.value.kind !== Kind.STRING) continue;
        visit(parse(`{ ${requires.value.value} }`), {
          Field(field) {
            if (field.arguments?.length) withArguments.add(field.name.value);
          },
        });
      }
    },
  });
  return { names, withArguments };
}

export function isReserved(
  { alias, name }: FieldNode,
  { names, withArguments }: ReservedKeys,
): boolean {
  const key = (alias ?? name).value;
  return (key !== name.value && names.has(key)) || withArguments.has(key);
}
