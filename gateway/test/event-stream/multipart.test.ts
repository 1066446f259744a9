import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { eventually } from '@lyceum/testkit/eventually';
import { person, progressEvent } from '../test-graph.js';
import { startTestGateway, type TestGateway } from '../test-gateway.js';
import {
  LAST_BOUNDARY,
  leaveAll,
  MULTIPART,
  openStream,
  partsOf,
  payloadsOf,
} from './open-stream.js';

const ACTIVITY = 'subscription { courseActivity { percent } }';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway({ settings: { HEARTBEAT_MS: '50' } });
});
afterAll(() => test.stop());
afterEach(async () => {
  leaveAll();
  await feeds(0);
});

const feeds = (count: number) => eventually(() => expect(test.gateway.open.feeds).toBe(count));
const happen = (percent: number) =>
  test.bus.publish(progressEvent({ courseId: newId(), learnerId: newId(), percent }));

describe('Apollo’s multipart form', () => {
  it('wraps each answer, and lives by empty parts', async () => {
    const accept = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json';
    const open = await openStream(test, { query: ACTIVITY }, { accept, as: person() });
    expect(open.headers.get('content-type')).toBe(
      'multipart/mixed; boundary="graphql"; subscriptionSpec=1.0',
    );
    await feeds(1);
    await eventually(() => expect(partsOf(open).length).toBeGreaterThan(2));
    await happen(9);
    await eventually(() =>
      expect(payloadsOf(open)).toMatchObject([
        { payload: { data: { courseActivity: { percent: 9 } } } },
      ]),
    );
  });

  it('tells what is wrong with an operation in a payload, and ends', async () => {
    const query = 'subscription { courseActivity { nothing } }';
    const open = await openStream(test, { query }, { accept: MULTIPART, as: person() });
    await eventually(() => expect(open.done).toBe(true));
    expect(payloadsOf(open)).toMatchObject([
      { payload: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] } },
    ]);
    expect(open.text.endsWith(LAST_BOUNDARY)).toBe(true);
  });
});

describe('Apollo Client', () => {
  async function apollo(): Promise<ApolloClient> {
    const authorization = `Bearer ${await test.token(person())}`;
    return new ApolloClient({
      cache: new InMemoryCache(),
      link: new HttpLink({ uri: `${test.url}/graphql`, headers: { authorization } }),
    });
  }

  it('subscribes by its HTTP link alone, hears each event, and stops', async () => {
    const client = await apollo();
    const heard: unknown[] = [];
    const subscription = client
      .subscribe({ query: gql(ACTIVITY) })
      .subscribe({ next: ({ data }) => heard.push(data) });
    await feeds(1);
    for (const percent of [1, 2, 3]) await happen(percent);
    await eventually(() =>
      expect(heard).toMatchObject([1, 2, 3].map((percent) => ({ courseActivity: { percent } }))),
    );
    subscription.unsubscribe();
    await feeds(0);
    client.stop();
  });

  it('hears what is wrong with a subscription, and that it is over', async () => {
    const client = await apollo();
    const query = gql(
      'subscription ($id: ID!) { courseProgressUpdated(courseId: $id) { percent } }',
    );
    const heard: unknown[] = [];
    let isOver = false;
    client.subscribe({ query, variables: {} }).subscribe({
      next: ({ error }) => heard.push(error),
      complete: () => (isOver = true),
    });
    await eventually(() => expect(isOver).toBe(true));
    expect(heard).toMatchObject([{ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] }]);
    client.stop();
  });
});
