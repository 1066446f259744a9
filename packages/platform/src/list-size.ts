import {
  Kind,
  parseConstValue,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
} from 'graphql';
import { DEFAULT_PAGE_SIZE } from './pagination.js';

const SLICING = ['first', 'last'];
const SIZED = new Set(['edges', 'nodes']);

/**
 * Says of every field that takes a page how long its list will be (`@listSize`, for the cost of
 * operations), so that no connection has to say it by itself. A field that says so already keeps it.
 */
export function withListSizes(schema: DocumentNode): DocumentNode {
  const sized = new Map<string, string[]>();
  for (const definition of schema.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    const lists = (definition.fields ?? []).filter(isList).map((field) => field.name.value);
    sized.set(
      definition.name.value,
      lists.filter((name) => SIZED.has(name)),
    );
  }
  return visit(schema, {
    FieldDefinition(field) {
      const args = new Set((field.arguments ?? []).map((argument) => argument.name.value));
      const declared = field.directives?.some(({ name }) => name.value === 'listSize');
      const sizedFields = sized.get(typeNameOf(field)) ?? [];
      const isPage = SLICING.every((name) => args.has(name)) && sizedFields.length > 0;
      if (declared || !isPage) return undefined;
      return { ...field, directives: [...(field.directives ?? []), pageSize(sizedFields)] };
    },
  });
}

function pageSize(sizedFields: readonly string[]): ConstDirectiveNode {
  const args = {
    slicingArguments: SLICING,
    sizedFields,
    assumedSize: DEFAULT_PAGE_SIZE,
    requireOneSlicingArgument: false,
  };
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'listSize' },
    arguments: Object.entries(args).map(([name, value]) => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: name },
      value: parseConstValue(JSON.stringify(value)),
    })),
  };
}

function isList({ type }: FieldDefinitionNode): boolean {
  return (type.kind === Kind.NON_NULL_TYPE ? type.type : type).kind === Kind.LIST_TYPE;
}

function typeNameOf(field: FieldDefinitionNode): string {
  let { type } = field;
  while (type.kind !== Kind.NAMED_TYPE) type = type.type;
  return type.name.value;
}
