import type { GeneratorValue } from 'fast-check';
import * as fc from 'fast-check';
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

export interface RandomOperation {
  readonly text: string;
  readonly variables: Record<string, unknown>;
}

/** Values for arguments of these names, so that they find something more often than not. */
const POOLS: Readonly<Record<string, readonly unknown[]>> = {
  id: ['b1', 'b3', 'f1', 'p1', 'r1', 'r4', 'none'],
  isbn: ['isbn-b1', 'isbn-b2', 'none'],
  email: ['p1@example.org', 'p3@example.org', 'none'],
  room: ['R1', 'R2', 'R3'],
  number: [1, 2],
  ids: [['b1', 'f1'], ['p1', 'p3'], 'p2', []],
};
const DEPTH = 4;
/** Some are names of fields that subgraphs want to know entities by, or that every object has. */
const ALIASES = [
  'one',
  'two',
  'toString',
  '__proto__',
  'id',
  'name',
  'weight',
  '__typename',
  'as_id',
];
const CONDITIONS = ['v0', 'v1', 'v2'];

/**
 * Writes an operation with the schema's fields: aliases, fragments of every kind, arguments as
 * literals and variables, and conditions. Not all that it writes is valid: fields of one key may
 * differ in their arguments.
 */
export function writeOperation(
  gen: GeneratorValue,
  schema: GraphQLSchema,
  rootType: GraphQLCompositeType,
): RandomOperation {
  const below = (max: number): number => gen(fc.nat, { max: max - 1 });
  const pick = <T>(values: readonly T[]): T => values[below(values.length)]!;
  const definitions: string[] = [];
  const variables: Record<string, unknown> = {};
  const fragments: string[] = [];

  function condition(): string {
    if (below(6) > 0) return '';
    const name = pick(['skip', 'include']);
    return ` @${name}(if: ${pick(['true', 'false', ...CONDITIONS.map((each) => `$${each}`)])})`;
  }

  function valueOf(name: string, type: GraphQLInputType, depth: number): unknown {
    const pool = POOLS[name];
    if (pool && depth === 0) return pick(pool);
    if (!isNonNullType(type) && below(8) === 0) return null;
    const nullable = getNullableType(type);
    if (isListType(nullable)) return [valueOf(name, nullable.ofType, depth + 1)];
    if (isEnumType(nullable)) return pick(nullable.getValues()).name;
    if (isInputObjectType(nullable)) {
      const fields = Object.values(nullable.getFields()).filter(() => below(2) === 0 && depth < 3);
      return Object.fromEntries(
        fields.map((field) => [field.name, valueOf(field.name, field.type, depth + 1)]),
      );
    }
    if (nullable.name === 'Boolean') return below(2) === 0;
    if (nullable.name === 'Json') return pick([{ a: [1, { b: null }] }, 'text', 1.5, []]);
    return nullable.name === 'Int' ? below(4) : pick(['', 'b', 'x', 'b1', 'f1']);
  }

  function argumentsOf(field: GraphQLField<unknown, unknown>): string {
    const written: string[] = [];
    for (const { name, type, defaultValue } of field.args) {
      const isRequired = isNonNullType(type) && defaultValue === undefined;
      if (!isRequired && below(2) === 0) continue;
      const value = valueOf(name, type, 0);
      if (below(3) > 0) {
        written.push(`${name}: ${literal(value, getNamedType(type))}`);
        continue;
      }
      const variable = `a${definitions.length}`;
      const withDefault = below(3) === 0 && !isNonNullType(type);
      const fallback = withDefault ? ` = ${literal(value, getNamedType(type))}` : '';
      definitions.push(`$${variable}: ${String(type)}${fallback}`);
      if (!withDefault || below(2) === 0) variables[variable] = value;
      written.push(`${name}: $${variable}`);
    }
    return written.length > 0 ? `(${written.join(', ')})` : '';
  }

  function fieldOf(type: GraphQLCompositeType, depth: number): string {
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
    const usable = depth >= DEPTH ? leaves : fields;
    if (usable.length === 0 || below(8) === 0) {
      return `${pick(['', 'kind: ', 'constructor: '])}__typename${condition()}`;
    }
    const field: GraphQLField<unknown, unknown> = pick(usable);
    const args = argumentsOf(field);
    const alias = below(3) === 0 ? `${pick(ALIASES)}: ` : '';
    const named = getNamedType(field.type);
    const inner = isCompositeType(named) ? ` ${selectionOf(named, depth + 1)}` : '';
    return `${alias}${field.name}${args}${condition()}${inner}`;
  }

  function fragmentOf(type: GraphQLCompositeType, depth: number): string {
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const overlapping = possible.flatMap((each) =>
      isObjectType(each) ? [each, ...each.getInterfaces()] : [each],
    );
    const on: GraphQLCompositeType = pick([type, ...overlapping]);
    const selection = selectionOf(on, depth);
    if (below(3) > 0)
      return `...${below(4) === 0 && on === type ? '' : ` on ${on.name}`}${condition()} ${selection}`;
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${on.name} ${selection}`);
    const spread = (): string => `...${name}${condition()}`;
    return below(2) === 0 ? `${spread()} ${spread()}` : spread();
  }

  function selectionOf(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + below(4);
    const parts = Array.from({ length: count }, () =>
      below(4) === 0 && depth < DEPTH ? fragmentOf(type, depth + 1) : fieldOf(type, depth),
    );
    return `{ ${parts.join(' ')} }`;
  }

  const selection = selectionOf(rootType, 0);
  for (const name of CONDITIONS) {
    const all = [selection, ...fragments].join(' ');
    if (!all.includes(`$${name})`)) continue;
    const byDefault = below(4) === 0;
    definitions.push(`$${name}: Boolean${byDefault ? ' = true' : '!'}`);
    if (!byDefault || below(2) === 0) variables[name] = below(2) === 0;
  }
  const kind = rootType.name.toLowerCase();
  const head = definitions.length > 0 ? `${kind} (${definitions.join(', ')})` : kind;
  return { text: [`${head} ${selection}`, ...fragments].join('\n'), variables };
}

function literal(value: unknown, type: GraphQLInputType): string {
  if (Array.isArray(value)) return `[${value.map((each) => literal(each, type)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const inputs = isInputObjectType(type) ? type.getFields() : {};
    const fields = Object.entries(value).map(([name, each]) => {
      const inner = inputs[name];
      return `${name}: ${literal(each, inner ? getNamedType(inner.type) : type)}`;
    });
    return `{ ${fields.join(', ')} }`;
  }
  return isEnumType(type) && typeof value === 'string' ? value : JSON.stringify(value);
}
