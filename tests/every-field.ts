import {
  buildClientSchema,
  getIntrospectionQuery,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isScalarType,
  isUnionType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import type { GraphClient } from '@lyceum/standalone/graph-client';

/** The public schema, as any client reads it. */
export async function publicSchema(client: GraphClient): Promise<GraphQLSchema> {
  return buildClientSchema(await client.request<IntrospectionQuery>(getIntrospectionQuery()));
}

/** Selects every field that can be selected without required arguments, `depth` levels deep. */
export function selectEverything(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (isScalarType(named) || isEnumType(named)) return '';
  if (isUnionType(named)) {
    const parts = named.getTypes().map((member) => {
      const inner = selectEverything(member, depth);
      return inner ? `... on ${member.name} ${inner}` : '';
    });
    return `{ __typename ${parts.join(' ')} }`;
  }
  if (!isObjectType(named) && !isInterfaceType(named)) return '';
  const fields = Object.values(named.getFields())
    .filter((field) => !field.args.some(isRequiredArgument))
    .map((field) => selectField(field, depth))
    .filter(Boolean);
  return `{ __typename ${fields.join(' ')} }`;
}

function selectField(field: GraphQLField<unknown, unknown>, depth: number): string {
  const inner = getNamedType(field.type);
  if (isScalarType(inner) || isEnumType(inner)) return field.name;
  return depth > 1 ? `${field.name} ${selectEverything(field.type, depth - 1)}` : '';
}

/** A call of a root field: its operation and the variables to run it with. */
export interface Call {
  readonly field: string;
  readonly operation: string;
  readonly variables: Record<string, unknown>;
}

type Kind = 'query' | 'mutation' | 'subscription';

/**
 * Calls of every root field that takes an id, with the given ids put wherever an id is wanted:
 * the one fitting the name where there is one (`courseId`), else each of them in turn.
 */
export function callsWithIds(
  root: GraphQLObjectType,
  kind: Kind,
  ids: Readonly<Record<string, string>>,
  depth: number,
): Call[] {
  return Object.values(root.getFields()).flatMap((field) =>
    field.args.some((argument) => wantsId(argument.type))
      ? Object.values(ids).map((fallback) => callOf(field, kind, ids, fallback, depth))
      : [],
  );
}

/** One call of every root field, with ids as `callsWithIds` puts them. */
export function callsOfAll(
  root: GraphQLObjectType,
  kind: Kind,
  ids: Readonly<Record<string, string>>,
): Call[] {
  const fallback = Object.values(ids)[0] ?? '';
  return Object.values(root.getFields()).map((field) => callOf(field, kind, ids, fallback, 2));
}

function callOf(
  field: GraphQLField<unknown, unknown>,
  kind: Kind,
  ids: Readonly<Record<string, string>>,
  fallback: string,
  depth: number,
): Call {
  const inBrackets = (parts: string[]) => (parts.length > 0 ? `(${parts.join(', ')})` : '');
  const definitions = inBrackets(field.args.map(({ name, type }) => `$${name}: ${String(type)}`));
  const uses = inBrackets(field.args.map(({ name }) => `${name}: $${name}`));
  return {
    field: field.name,
    operation: `${kind} ${definitions} { ${field.name}${uses} ${selectEverything(field.type, depth)} }`,
    variables: Object.fromEntries(
      field.args.map((argument) => [
        argument.name,
        valueOf(argument.type, argument.name, ids, fallback, isRequiredArgument(argument)),
      ]),
    ),
  };
}

function wantsId(type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  if (named.name === 'ID') return true;
  return (
    isInputObjectType(named) &&
    Object.values(named.getFields()).some((field) => wantsId(field.type))
  );
}

function valueOf(
  type: GraphQLInputType,
  name: string,
  ids: Readonly<Record<string, string>>,
  fallback: string,
  required: boolean,
): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, name, ids, fallback, true);
  if (isListType(type))
    return required ? [valueOf(type.ofType, name, ids, fallback, true)] : undefined;
  if (isInputObjectType(type)) {
    if (!required) return undefined;
    return Object.fromEntries(
      Object.values(type.getFields()).map((field) => [
        field.name,
        field.defaultValue ??
          valueOf(field.type, field.name, ids, fallback, isRequiredInputField(field)),
      ]),
    );
  }
  if (type.name === 'ID') return ids[name] ?? ids[name.replace(/Ids$/, 'Id')] ?? fallback;
  if (!required) return undefined;
  if (isEnumType(type)) return type.getValues()[0]?.name;
  switch (type.name) {
    case 'Int':
    case 'Float':
      return 1;
    case 'Boolean':
      return true;
    case 'DateTime':
      return new Date().toISOString();
    default:
      return 'changed by a stranger';
  }
}
