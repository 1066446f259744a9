import { costIdentity, type Supergraph } from '@apollo/federation-internals';
import {
  Kind,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
} from 'graphql';

/** What a field says of the length of its list by `@listSize`. */
export interface ListSize {
  readonly assumedSize: number | null;
  /** Arguments that say the length; the greatest counts. */
  readonly slicingArguments: readonly string[];
  /** The fields of its type that are the lists; none: the field itself is. */
  readonly sizedFields: readonly string[];
  readonly requireOneSlicingArgument: boolean;
}

/** What the subgraphs say of cost, by coordinate: `Type`, `Type.field`, `Type.field.argument`. */
export interface CostModel {
  readonly weights: ReadonlyMap<string, number>;
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

/** Reads `@cost` and `@listSize` off a supergraph, under whatever names it imports them. */
export function readCostModel(document: DocumentNode, supergraph: Supergraph): CostModel {
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const feature = supergraph.schema.coreFeatures?.getByIdentity(costIdentity);
  if (!feature) return { weights, listSizes };
  const cost = feature.directiveNameInSchema('cost');
  const listSize = feature.directiveNameInSchema('listSize');

  function note(place: string, directives: readonly ConstDirectiveNode[] | undefined): void {
    for (const directive of directives ?? []) {
      if (directive.name.value === cost) weights.set(place, numberOf(argumentsOf(directive)));
      if (directive.name.value === listSize) listSizes.set(place, sizeOf(argumentsOf(directive)));
    }
  }

  function noteField(type: string, field: FieldDefinitionNode): void {
    const place = `${type}.${field.name.value}`;
    note(place, field.directives);
    for (const argument of field.arguments ?? []) {
      note(`${place}.${argument.name.value}`, argument.directives);
    }
  }

  for (const definition of document.definitions) {
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION:
        note(definition.name.value, definition.directives);
        for (const field of definition.fields ?? []) noteField(definition.name.value, field);
        break;
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        for (const field of definition.fields ?? []) {
          note(`${definition.name.value}.${field.name.value}`, field.directives);
        }
        break;
      case Kind.SCALAR_TYPE_DEFINITION:
      case Kind.ENUM_TYPE_DEFINITION:
        note(definition.name.value, definition.directives);
        break;
      default:
    }
  }
  return { weights, listSizes };
}

function argumentsOf(directive: ConstDirectiveNode): Record<string, unknown> {
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}

function numberOf({ weight }: Record<string, unknown>): number {
  return typeof weight === 'number' ? Math.max(0, weight) : 0;
}

function sizeOf(args: Record<string, unknown>): ListSize {
  const { assumedSize, slicingArguments, sizedFields, requireOneSlicingArgument } = args;
  const slicing = stringsOf(slicingArguments);
  return {
    assumedSize: typeof assumedSize === 'number' ? Math.max(0, assumedSize) : null,
    slicingArguments: slicing,
    sizedFields: stringsOf(sizedFields),
    requireOneSlicingArgument: slicing.length > 0 && requireOneSlicingArgument !== false,
  };
}

function stringsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
