import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { RequestContext } from '@lyceum/platform/context';
import { notFound, permissionDenied } from '@lyceum/platform/errors';
import { SkipEvent } from '@lyceum/platform/from-event';
import { newId } from '@lyceum/platform/ids';
import {
  createExecutor,
  type SubgraphConnection,
  type SubgraphRequest,
} from '@lyceum/platform/subgraph';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { parse } from 'graphql';
import type { RecentRevocation } from '../src/viewer/revocation-source.js';

const LINKS = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@inaccessible", "@composeDirective", "@cost", "@listSize"])
  @link(url: "https://lyceum.dev/limits/v1.0", import: ["@rateLimited"])
  @composeDirective(name: "@rateLimited")
  @link(url: "https://lyceum.dev/events/v1.0", import: ["@fromEvent"])
  @composeDirective(name: "@fromEvent")
directive @fromEvent(types: [String!]!, match: [String!], endedBy: [String!]) on FIELD_DEFINITION
directive @rateLimited(budget: String!, tries: Int!, seconds: Int!) on FIELD_DEFINITION
`;

export const ORGANIZATION = newId();

export function person(fields: Partial<SignedIn> = {}): SignedIn {
  const organizationId = fields.organizationId ?? ORGANIZATION;
  return {
    kind: 'person',
    userId: newId(),
    sessionId: newId(),
    organizationId,
    roles: [{ role: 'LEARNER', scope: 'ORGANIZATION', scopeId: organizationId }],
    ...fields,
  };
}

export interface Progress {
  courseId: string;
  learnerId: string;
  percent: number;
}

export const PROGRESS_CHANGED = 'progress.course-progress.changed.v1';
export const ENROLLMENT_ENDED = 'course.enrollment.withdrawn.v1';
export const LESSON_READ = 'progress.lesson.read.v1';

export function progressEvent(
  data: Progress & { hidden?: string },
  organizationId = ORGANIZATION,
  type = PROGRESS_CHANGED,
): EventEnvelope<Progress> {
  return {
    id: newId(),
    type,
    time: new Date().toISOString(),
    aggregateId: data.courseId,
    organizationId,
    actorId: null,
    correlationId: newId(),
    causationId: null,
    data,
  };
}

/** A subgraph of the test, which notes what it is asked. */
export interface TestSubgraph extends SubgraphConnection {
  readonly requests: SubgraphRequest[];
  /** As auth, tells these to the gateway itself. */
  revoked: RecentRevocation[];
  isReady: boolean;
  /** Answers this instead, when set: a subgraph that fails. */
  answer: ((request: SubgraphRequest) => Promise<never>) | null;
  /** Runs before an answer is given. */
  before: ((request: SubgraphRequest) => Promise<void>) | null;
  routes: (request: Request) => Promise<Response>;
}

function testSubgraph(name: string, sdl: string, resolvers: object): TestSubgraph {
  const execute = createExecutor(
    buildSubgraphSchema([{ typeDefs: parse(LINKS + sdl), resolvers: resolvers as never }]),
    silentLogger,
  );
  const subgraph: TestSubgraph = {
    name,
    requests: [],
    revoked: [],
    isReady: true,
    answer: null,
    before: null,
    routes: async () => new Response('Not found.\n', { status: 404 }),
    async execute(request) {
      // Not of a client.
      const isOfGateway = request.query?.includes('recentRevocations') ?? false;
      if (!isOfGateway) subgraph.requests.push(request);
      await subgraph.before?.(request);
      if (subgraph.answer) return subgraph.answer(request);
      return execute(request);
    },
    route: (request) => subgraph.routes(request),
    ready: async () => subgraph.isReady,
    close: async () => undefined,
  };
  return subgraph;
}

const SDL = {
  auth: `
    type Query { whoAmI: String, secretOfAuth: String, recentRevocations(lastSeconds: Int): [Revocation!]! @inaccessible }
    type Revocation @inaccessible {
      sessionId: ID userId: ID! role: String scope: String scopeId: ID secondsLeft: Int! }
    type Mutation { login(userId: ID!): Session! @rateLimited(budget: "sign-in", tries: 100, seconds: 60) touch: String }
    type Session { accessToken: String! user: User! }
    type User @key(fields: "id", resolvable: false) { id: ID! }`,
  user: `
    type Query { me: User, broken: String, forbidden: String, greet(name: String! = "you", manner: Manner): String }
    input Manner { politely: Boolean }
    type Mutation { rename(name: String!): User! pretend: String }
    type User @key(fields: "id") { id: ID! name: String! askedAs: String }`,
  progress: `
    type Query { progress(courseId: ID!): CourseProgress }
    type CourseProgress { courseId: ID! percent: Int! learner: User! }
    type User @key(fields: "id", resolvable: false) { id: ID! }
    type Subscription {
      courseProgressUpdated(courseId: ID!): CourseProgress!
        @fromEvent(types: ["${PROGRESS_CHANGED}"], match: ["data.courseId = args.courseId", "data.learnerId = viewer.userId"], endedBy: ["${ENROLLMENT_ENDED}"])
      courseActivity(courseId: ID): CourseProgress!
        @fromEvent(types: ["${PROGRESS_CHANGED}", "${LESSON_READ}"], match: ["data.courseId = args.courseId"])
    }`,
};

const nameOf = ({ viewer }: RequestContext): string =>
  viewer.kind === 'person' ? viewer.userId : 'nobody';

/** Three small services: who one is, what people are called, how far they got. */
export function testGraph() {
  const auth: TestSubgraph = testSubgraph('auth', SDL.auth, {
    Query: {
      whoAmI: (_: unknown, __: unknown, context: RequestContext) => nameOf(context),
      recentRevocations: () => auth.revoked,
      secretOfAuth: () => {
        throw new Error('SELECT password FROM accounts');
      },
    },
    Mutation: {
      touch: (_: unknown, __: unknown, context: RequestContext) => nameOf(context),
      login: (_: unknown, { userId }: { userId: string }, context: RequestContext) => {
        context.become(person({ userId }));
        return { accessToken: 'of-test', user: { id: userId } };
      },
    },
  });
  const user = testSubgraph('user', SDL.user, {
    Query: {
      me: (_: unknown, __: unknown, context: RequestContext) => ({ id: nameOf(context) }),
      greet: (_: unknown, { name }: { name: string }) => `Hello, ${name}.`,
      broken: () => {
        throw new Error('connection to 10.0.0.7 refused');
      },
      forbidden: () => {
        throw permissionDenied('course:edit');
      },
    },
    Mutation: {
      rename: (_: unknown, __: unknown, context: RequestContext) => ({ id: nameOf(context) }),
      pretend: (_: unknown, __: unknown, context: RequestContext) => {
        context.become(person());
        return 'became someone';
      },
    },
    User: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      name: ({ id }: { id: string }) => `Name of ${id}`,
      askedAs: (_: unknown, __: unknown, context: RequestContext) => nameOf(context),
    },
  });
  const fromEvent = (event: EventEnvelope<Progress & { hidden?: string }>) => {
    if (event.data.hidden === 'skip') throw new SkipEvent();
    if (event.data.hidden === 'not-found') throw notFound('Course');
    if (event.data.hidden === 'denied') throw permissionDenied('course:insights');
    return event.data;
  };
  const progress = testSubgraph('progress', SDL.progress, {
    Query: { progress: (_: unknown, { courseId }: Progress) => ({ courseId, percent: 1 }) },
    CourseProgress: { learner: ({ learnerId }: Progress) => ({ id: learnerId }) },
    Subscription: {
      courseProgressUpdated: { resolve: fromEvent },
      courseActivity: { resolve: fromEvent },
    },
  });
  return { auth, user, progress };
}

let composed: string | undefined;

export function testSupergraph(): string {
  if (composed) return composed;
  const result = composeServices(
    Object.entries(SDL).map(([name, sdl]) => ({
      name,
      url: `http://${name}/graphql`,
      typeDefs: parse(LINKS + sdl),
    })),
  );
  if (result.errors) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return (composed = result.supergraphSdl);
}
