import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { roleRevoked, sessionRevoked } from '@lyceum/events/auth';
import { newId } from '@lyceum/platform/ids';
import type { RoleAssignment, SignedIn } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import {
  ENROLLMENT_ENDED,
  ORGANIZATION,
  person,
  progressEvent,
  testSupergraph,
} from '../test-graph.js';
import { startTestGateway, type TestGateway } from '../test-gateway.js';
import {
  COMPLETE,
  eventsOf,
  LAST_BOUNDARY,
  leaveAll,
  MULTIPART,
  openStream,
  payloadsOf,
  resultsOf,
  SSE,
  type OpenStream,
} from './open-stream.js';

const ACTIVITY = 'subscription { courseActivity { percent } }';
const MINE = (id: string) =>
  `subscription { courseProgressUpdated(courseId: "${id}") { percent } }`;

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());
afterEach(leaveAll);

const feeds = (count: number) => eventually(() => expect(test.gateway.open.feeds).toBe(count));
const happen = (who: SignedIn, type: string, data: object) =>
  test.bus.publish({
    ...progressEvent({ courseId: newId(), learnerId: who.userId, percent: 0 }),
    ...{ type, data },
  });

/** The last words of a stream that has ended: what is wrong with the stream, or with its operation. */
type LastWords = (stream: OpenStream) => { ofStream?: object[]; ofOperation?: object };

const FORMATS: readonly (readonly [string, string, LastWords])[] = [
  [
    'an event stream',
    SSE,
    (stream) => {
      expect(eventsOf(stream).at(-1)).toEqual(COMPLETE);
      const last = resultsOf<{ data?: null; errors: object[] }>(stream).at(-1)!;
      return 'data' in last ? { ofOperation: last } : { ofStream: last.errors };
    },
  ],
  [
    'a multipart stream',
    MULTIPART,
    (stream) => {
      expect(stream.text.endsWith(LAST_BOUNDARY)).toBe(true);
      const last = payloadsOf<{ payload: object | null; errors?: object[] }>(stream).at(-1)!;
      return last.payload ? { ofOperation: last.payload } : { ofStream: last.errors };
    },
  ],
];

describe.each(FORMATS)(
  '%s says why its viewer is no longer answered, and ends:',
  (_, accept, lastWords) => {
    async function open(query: string, as: SignedIn, lifetimeMs?: number): Promise<OpenStream> {
      const stream = await openStream(test, { query }, { accept, as, lifetimeMs });
      await feeds(1);
      return stream;
    }
    async function ended(stream: OpenStream): Promise<ReturnType<LastWords>> {
      await eventually(() => expect(stream.done).toBe(true));
      await feeds(0);
      return lastWords(stream);
    }
    const unauthenticated = (reason: string) => ({
      ofStream: [expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED', reason } })],
    });

    it('the token has expired', async () => {
      const stream = await open(ACTIVITY, person(), 1_500);
      expect(await ended(stream)).toEqual(unauthenticated('EXPIRED'));
    });

    it('the session was revoked', async () => {
      const ada = person();
      const stream = await open(ACTIVITY, ada);
      const { userId, sessionId } = ada;
      await happen(ada, sessionRevoked.type, { userId, sessionId, reason: 'LOGOUT' });
      expect(await ended(stream)).toEqual(unauthenticated('REVOKED'));
    });

    it('a role was lost', async () => {
      const assignment: RoleAssignment = { role: 'INSTRUCTOR', scope: 'COURSE', scopeId: newId() };
      const ada = person({ roles: [assignment] });
      const stream = await open(ACTIVITY, ada);
      await happen(ada, roleRevoked.type, { userId: ada.userId, assignment });
      expect(await ended(stream)).toEqual(unauthenticated('ROLE_REVOKED'));
    });

    it('the enrollment was withdrawn', async () => {
      const [courseId, ada] = [newId(), person()];
      const stream = await open(MINE(courseId), ada);
      const about = { courseId, learnerId: ada.userId, percent: 1 };
      await test.bus.publish(progressEvent(about));
      await test.bus.publish(progressEvent(about, ORGANIZATION, ENROLLMENT_ENDED));
      expect(await ended(stream)).toMatchObject({
        ofOperation: {
          data: null,
          errors: [{ extensions: { code: 'PERMISSION_DENIED', reason: 'ENROLLMENT_WITHDRAWN' } }],
        },
      });
    });

    it('the graph no longer serves the subscription; one that it serves still goes on', async () => {
      const [courseId, ada] = [newId(), person()];
      const stays = await openStream(
        test,
        { query: 'subscription { courseActivity { courseId } }' },
        { accept, as: ada },
      );
      await feeds(1);
      const stream = await openStream(test, { query: ACTIVITY }, { accept, as: ada });
      await feeds(2);
      await test.gateway.reload(testSupergraph().replace('percent: Int!', 'share: Int!'));
      await eventually(() => expect(stream.done).toBe(true));
      expect(lastWords(stream)).toMatchObject({
        ofOperation: {
          data: null,
          errors: [{ extensions: { code: 'SCHEMA_CHANGED' } }],
          extensions: { cursor: expect.any(String) },
        },
      });
      await test.bus.publish(progressEvent({ courseId, learnerId: newId(), percent: 1 }));
      await eventually(() => expect(stays.text).toContain(courseId));
      expect(stays.done).toBe(false);
      await test.gateway.reload(testSupergraph());
      stays.leave();
      await feeds(0);
    });
  },
);

it('streams end without complete when the gateway stops, so that clients ask again elsewhere', async () => {
  const other = await startTestGateway();
  const ada = person();
  const events = await openStream(other, { query: ACTIVITY }, { as: ada });
  const parts = await openStream(other, { query: ACTIVITY }, { as: ada, accept: MULTIPART });
  await eventually(() => expect(other.gateway.open.feeds).toBe(1));
  await other.stop();
  await eventually(() => expect([events.done, parts.done]).toEqual([true, true]));
  expect(eventsOf(events)).toEqual([]);
  expect(parts.text).toContain('"payload":null,"errors":[{"message":"This gateway stops');
  expect(other.gateway.open.feeds).toBe(0);
});
