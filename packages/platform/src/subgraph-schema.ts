import 'reflect-metadata';
import { printSubgraphSchema, buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { parse, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, createResolversMap, type NonEmptyArray } from 'type-graphql';
import type { RequestContext } from './context.js';
import { withListSizes } from './list-size.js';
import { membersOnly, membersOnlyReference } from './membership.js';
import { refuseBadDates } from './refuse-bad-dates.js';
import { stopEarly } from './stop-early.js';

const LINKS = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@provides", "@requires", "@override", "@inaccessible", "@tag", "@interfaceObject", "@composeDirective", "@cost", "@listSize"])
  @link(url: "https://lyceum.dev/events/v1.0", import: ["@fromEvent"])
  @link(url: "https://lyceum.dev/limits/v1.0", import: ["@rateLimited"])
  @composeDirective(name: "@fromEvent")
  @composeDirective(name: "@rateLimited")

"The subscription is fed by these events; each entry of match is '<path in the event> = <args.x or viewer.x>'. Matching events of endedBy end it."
directive @fromEvent(types: [String!]!, match: [String!], endedBy: [String!]) on FIELD_DEFINITION

"The field may be tried so often within so many seconds from one place on the network; all fields of one budget share it."
directive @rateLimited(budget: String!, tries: Int!, seconds: Int!) on FIELD_DEFINITION

"The field is also answered to people who hold no role in their organization; root fields and fields of entities without it are not."
directive @openWithoutRole on FIELD_DEFINITION
`;

type Constructor = abstract new (...args: never[]) => object;

/** Resolves a reference to an entity; null when there is no such thing for this viewer. */
export type ReferenceResolver = (
  reference: Readonly<Record<string, unknown>> & { id: string },
  context: RequestContext,
  info: GraphQLResolveInfo,
) => unknown;

/** The classes that make up a subgraph's schema. */
export interface SchemaClasses {
  resolvers: readonly Constructor[];
  /** Object types that no field returns directly: members of unions, implementations of interfaces. */
  types?: readonly Constructor[];
}

/**
 * Turns type-graphql classes into an Apollo Federation 2 subgraph.
 * @param instances the resolver instances; without them the schema can be printed, not executed
 */
export function buildSubgraph(
  classes: SchemaClasses,
  instances: readonly object[] = [],
  references: Readonly<Record<string, ReferenceResolver>> = {},
): GraphQLSchema {
  const byClass = new Map(instances.map((instance) => [instance.constructor, instance]));
  const schema = buildSchemaSync({
    resolvers: classes.resolvers as unknown as NonEmptyArray<Constructor & (new () => object)>,
    orphanedTypes: [...(classes.types ?? [])] as never,
    container: {
      get: (wanted) => {
        const instance = byClass.get(wanted as never);
        if (!instance) throw new Error(`No instance of ${String(wanted.name)} was given.`);
        return instance;
      },
    },
    validate: false,
    skipCheck: true,
    // Never called: it only makes subscription fields part of the schema.
    pubSub: { subscribe: unreachable, publish: unreachable },
  });
  const resolvers = createResolversMap(schema) as Record<string, object>;
  for (const [type, reference] of Object.entries(references)) {
    const resolve = membersOnlyReference(reference);
    resolvers[type] = {
      ...resolvers[type],
      __resolveReference: (key: never, context: RequestContext, info: GraphQLResolveInfo) =>
        resolve(key, context, info),
    };
  }
  const typeDefs = withListSizes(parse(LINKS + printSchemaWithDirectives(schema)));
  const subgraph = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  return membersOnly(stopEarly(refuseBadDates(subgraph)));
}

/** The subgraph's SDL, as composition wants it. */
export function printSubgraph(classes: SchemaClasses): string {
  return `${printSubgraphSchema(buildSubgraph(classes)).trim()}\n`;
}

function unreachable(): never {
  throw new Error('Events travel over the bus, not through type-graphql.');
}
