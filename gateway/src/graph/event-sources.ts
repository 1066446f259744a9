import {
  Kind,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
} from 'graphql';

/** Where a value to compare with an event's comes from. */
export type MatchSource =
  | { readonly from: 'args'; readonly path: readonly string[] }
  | { readonly from: 'viewer'; readonly field: 'userId' | 'organizationId' };

/** One condition: the event's value at `path` equals the source's. */
export interface MatchRule {
  readonly path: readonly string[];
  readonly source: MatchSource;
}

/** What a subgraph says by `@fromEvent` on a subscription field. */
export interface EventSource {
  readonly field: string;
  readonly types: readonly string[];
  /** Events that end it, matched as the others are: they take away the right to hear more. */
  readonly endedBy: readonly string[];
  readonly match: readonly MatchRule[];
}

const DIRECTIVE_NAMES = new Set(['fromEvent', 'events__fromEvent']);
const VIEWER_FIELDS = new Set(['userId', 'organizationId']);
/** Implied for every subscription: what happens in one organization is heard in that one alone. */
const SAME_ORGANIZATION: MatchRule = {
  path: ['organizationId'],
  source: { from: 'viewer', field: 'organizationId' },
};

/**
 * Reads `@fromEvent` off the subscription fields of a supergraph.
 * @throws Error when a subscription field says nothing of its events, or something unreadable: found
 * at start rather than by a subscriber who waits for ever
 */
export function readEventSources(
  supergraph: DocumentNode,
  apiSchema: GraphQLSchema,
): ReadonlyMap<string, EventSource> {
  const root = apiSchema.getSubscriptionType();
  const sources = new Map<string, EventSource>();
  if (!root) return sources;
  const visible = root.getFields();
  for (const definition of supergraph.definitions) {
    const isRoot =
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.OBJECT_TYPE_EXTENSION;
    if (!isRoot || definition.name.value !== root.name) continue;
    for (const field of definition.fields ?? []) {
      if (visible[field.name.value]) sources.set(field.name.value, readEventSource(field));
    }
  }
  return sources;
}

function readEventSource(node: FieldDefinitionNode): EventSource {
  const field = node.name.value;
  const directive = node.directives?.find(({ name }) => DIRECTIVE_NAMES.has(name.value));
  if (!directive)
    throw new Error(`Subscription.${field} has no @fromEvent: nothing would feed it.`);
  const types = stringsOf(directive, 'types', field);
  if (types.length === 0) throw new Error(`Subscription.${field}: @fromEvent names no events.`);
  const args = new Set((node.arguments ?? []).map((argument) => argument.name.value));
  const match = stringsOf(directive, 'match', field).map((rule) => readRule(rule, field, args));
  const endedBy = stringsOf(directive, 'endedBy', field);
  return { field, types, endedBy, match: [SAME_ORGANIZATION, ...match] };
}

function stringsOf(directive: ConstDirectiveNode, name: string, field: string): readonly string[] {
  const argument = directive.arguments?.find((candidate) => candidate.name.value === name);
  const value: unknown = argument ? valueFromASTUntyped(argument.value) : [];
  const list = value ?? [];
  if (Array.isArray(list) && list.every((entry) => typeof entry === 'string')) return list;
  throw new Error(`Subscription.${field}: @fromEvent(${name}:) is a list of strings.`);
}

function readRule(rule: string, field: string, args: ReadonlySet<string>): MatchRule {
  const [left, right, ...more] = rule.split('=').map((part) => part.trim());
  const [from, ...path] = right?.split('.') ?? [];
  const [first] = path;
  if (left && first && more.length === 0) {
    const eventPath = left.split('.');
    if (from === 'args' && args.has(first)) return { path: eventPath, source: { from, path } };
    if (from === 'viewer' && path.length === 1 && VIEWER_FIELDS.has(first)) {
      return { path: eventPath, source: { from, field: first as 'userId' } };
    }
  }
  throw new Error(
    `Subscription.${field}: cannot read match "${rule}". ` +
      "It is '<path in the event> = args.<argument>' or '… = viewer.<userId|organizationId>'.",
  );
}
