import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { newId } from '@lyceum/platform/ids';
import { createExecutor, type SubgraphConnection } from '@lyceum/platform/subgraph';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import { parse } from 'graphql';

const EVENT = 'progress.course-progress.changed.v1';
const COURSE = '01900000-0000-7000-8000-000000000001';

/** The event's own part from one subgraph, a name from another: as each viewer sees it. */
export const SUBSCRIPTION = {
  query: `subscription Progress($courseId: ID!) {
  courseActivity(courseId: $courseId) { percent learner { id name } }
}`,
  operationName: 'Progress',
  variables: { courseId: COURSE },
};

/** What stands in the message of the event of this number, and in no other's. */
export const markOf = (number: number): string => `"percent":${number},`;

interface Progress {
  courseId: string;
  learnerId: string;
  percent: number;
}

export function progressEvent(number: number, organizationId: string): EventEnvelope<Progress> {
  return {
    id: newId(),
    type: EVENT,
    time: new Date().toISOString(),
    aggregateId: COURSE,
    organizationId,
    actorId: null,
    correlationId: newId(),
    causationId: null,
    data: { courseId: COURSE, learnerId: newId(), percent: number },
  };
}

const LINKS = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@composeDirective"])
  @link(url: "https://lyceum.dev/events/v1.0", import: ["@fromEvent"])
  @composeDirective(name: "@fromEvent")
directive @fromEvent(types: [String!]!, match: [String!]) on FIELD_DEFINITION
`;

const SUBGRAPHS = {
  progress: {
    sdl: `
      type Query { courses: Int }
      type CourseProgress { percent: Int! learner: User! }
      type User @key(fields: "id", resolvable: false) { id: ID! }
      type Subscription {
        courseActivity(courseId: ID!): CourseProgress!
          @fromEvent(types: ["${EVENT}"], match: ["data.courseId = args.courseId"])
      }`,
    resolvers: {
      CourseProgress: { learner: ({ learnerId }: Progress) => ({ id: learnerId }) },
      Subscription: {
        courseActivity: { resolve: (event: EventEnvelope<Progress>) => event.data },
      },
    },
  },
  user: {
    sdl: `
      type Query { people: Int }
      type User @key(fields: "id") { id: ID! name: String! }`,
    resolvers: {
      User: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        name: ({ id }: { id: string }) => `Learner ${id.slice(-4)}`,
      },
    },
  },
};

export function composeSupergraph(): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(SUBGRAPHS).map(([name, { sdl }]) => ({
      name,
      url: `http://${name}/graphql`,
      typeDefs: parse(LINKS + sdl),
    })),
  );
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** The subgraphs, in this process. */
export function connectSubgraphs(log: Logger): SubgraphConnection[] {
  return Object.entries(SUBGRAPHS).map(([name, { sdl, resolvers }]) => ({
    name,
    execute: createExecutor(
      buildSubgraphSchema([{ typeDefs: parse(LINKS + sdl), resolvers: resolvers as never }]),
      log,
    ),
    route: async () => new Response(null, { status: 404 }),
    ready: async () => true,
    close: async () => undefined,
  }));
}
