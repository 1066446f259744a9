import {
  defaultFieldResolver,
  getNullableType,
  GraphQLBoolean,
  GraphQLInt,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { Directive } from 'type-graphql';
import type { RequestContext } from './context.js';
import { roleRequired } from './errors.js';
import { isMember } from './permissions.js';
import type { ReferenceResolver } from './subgraph-schema.js';
import type { Viewer } from './viewer.js';

const OPEN = 'openWithoutRole';

/**
 * Declares a root field or a field of an entity that is also answered to people who hold no role in
 * their organization. All other such fields are closed to them; the open ones are listed in a test.
 */
export function OpenWithoutRole(): PropertyDecorator & MethodDecorator {
  return Directive(`@${OPEN}`);
}

/**
 * Closes a schema to signed-in people without any role, but for what is declared as open: root fields
 * refuse them, fields of entities hold nothing. Anonymous requests pass, as each field has its own say.
 */
export function membersOnly(schema: GraphQLSchema): GraphQLSchema {
  const roots = new Set([
    schema.getQueryType(),
    schema.getMutationType(),
    schema.getSubscriptionType(),
  ]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    if (roots.has(type)) close(type, isOutsider, refuse);
    else if (isEntity(type)) close(type, isOutsider, ({ type: held }) => nothingOf(held));
    else close(type, isNothing, ({ type: held }) => nothingOf(held));
  }
  return schema;
}

/** The same for references: without a role, there is nobody but oneself and one's organization. */
export function membersOnlyReference(resolve: ReferenceResolver): ReferenceResolver {
  return (reference, context, info) =>
    isOutsider(context) && !isOwn(reference, context.viewer)
      ? null
      : resolve(reference, context, info);
}

type AnyField = GraphQLField<unknown, RequestContext>;

function close(
  type: GraphQLObjectType,
  isClosed: (context: RequestContext, source: unknown) => boolean,
  answer: (field: AnyField) => unknown,
): void {
  for (const field of Object.values(type.getFields())) {
    if (field.name.startsWith('_') || isOpen(field)) continue;
    const { resolve = defaultFieldResolver } = field;
    field.resolve = (source, args, context: RequestContext, info) =>
      isClosed(context, source) ? answer(field) : resolve(source, args, context, info);
  }
}

function isOutsider(context: RequestContext | undefined): boolean {
  const viewer = context?.viewer;
  return viewer?.kind === 'person' && !isMember(viewer);
}

function isOwn(reference: Parameters<ReferenceResolver>[0], viewer: Viewer): boolean {
  if (viewer.kind !== 'person') return false;
  const { __typename: type, id } = reference;
  return (
    (type === 'User' && id === viewer.userId) ||
    (type === 'Organization' && id === viewer.organizationId)
  );
}

function isEntity(type: GraphQLObjectType): boolean {
  return type.astNode?.directives?.some(({ name }) => name.value === 'key') ?? false;
}

/** The id of an entity says no more than the reference that led to it. */
function isOpen(field: AnyField): boolean {
  const declared = field.astNode?.directives?.some(({ name }) => name.value === OPEN);
  return field.name === 'id' || (declared ?? false);
}

function refuse(): never {
  throw roleRequired();
}

/** Stands for an object that may not be null: a page of an empty list, say. */
const NOTHING: object = Object.freeze({});

function isNothing(_context: RequestContext, source: unknown): boolean {
  return source === NOTHING;
}

/** So that what stands beside it in the answer stays. @throws PERMISSION_DENIED where nothing fits */
function nothingOf(type: GraphQLOutputType): unknown {
  if (!isNonNullType(type)) return null;
  const inner = getNullableType(type);
  if (isListType(inner)) return [];
  if (inner === GraphQLInt) return 0;
  if (inner === GraphQLBoolean) return false;
  if (isObjectType(inner) && !isEntity(inner)) return NOTHING;
  return refuse();
}
