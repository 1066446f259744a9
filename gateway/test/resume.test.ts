import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import { holdAnswers } from './held-answers.js';
import {
  ENROLLMENT_ENDED,
  ORGANIZATION,
  person,
  progressEvent,
  testSupergraph,
} from './test-graph.js';
import { cursorOf as cursorAt } from '../src/subscriptions/cursor.js';
import { hear, startTestGateway, type Heard, type TestGateway } from './test-gateway.js';

const ACTIVITY = 'subscription ($courseId: ID) { courseActivity(courseId: $courseId) { percent } }';
const MINE =
  'subscription ($courseId: ID!) { courseProgressUpdated(courseId: $courseId) { percent } }';

const SUPERGRAPH = testSupergraph();

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway({ settings: { RESUME_MOST_EVENTS: '100' } });
});
afterAll(() => test.stop());
afterEach(async () => {
  for (const one of opened.splice(0)) one.stop();
  for (const subgraph of Object.values(test.graph)) {
    subgraph.requests.length = 0;
    subgraph.before = null;
  }
  await feeds(0);
});

const opened: Heard[] = [];
const feeds = (count: number) => eventually(() => expect(test.gateway.open.feeds).toBe(count));
/** Whether or not they have been told all that they missed. */
const subscribed = (count: number) =>
  eventually(async () => {
    const text = await test.metrics.registry.metrics();
    expect(text).toContain(`lyceum_subscriptions{field="courseActivity"} ${count}`);
  });
const publish = async (...events: EventEnvelope[]): Promise<void> => {
  for (const event of events) await test.bus.publish(event);
};
const percentOf = ({ data }: Heard['messages'][number]) =>
  (Object.values(data ?? {})[0] as { percent?: number } | undefined)?.percent;
const percents = ({ messages }: Heard) => messages.map(percentOf);
const cursorOf = (message: unknown): string =>
  (message as { extensions: { cursor: string } }).extensions.cursor;
const codesOf = ({ messages }: Heard) =>
  messages.map(({ errors }) => errors?.[0]?.extensions as Record<string, unknown> | undefined);
const percent = (n: number, courseId = newId(), organizationId = ORGANIZATION) =>
  progressEvent({ courseId, learnerId: newId(), percent: n }, organizationId);
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => percent(from + i));

async function subscribe(
  who: SignedIn,
  options: { query?: string; variables?: Record<string, unknown>; resumeAfter?: unknown } = {},
): Promise<Heard> {
  const { query = ACTIVITY, variables, resumeAfter } = options;
  const client = test.connect({ accessToken: await test.token(who) });
  const extensions = resumeAfter === undefined ? undefined : { resumeAfter };
  const heard = hear(client, query, variables, extensions);
  opened.push(heard);
  return heard;
}

/** Hears one event and goes away: with its cursor. */
async function seenOne(who: SignedIn, n = 1): Promise<string> {
  const heard = await subscribe(who);
  await feeds(1);
  await publish(percent(n));
  await eventually(() => expect(percents(heard)).toEqual([n]));
  heard.stop();
  await feeds(0);
  return cursorOf(heard.messages[0]);
}

describe('a subscription that resumes', () => {
  it('gets what it missed, in order, once, and then what comes', async () => {
    const ada = person();
    const cursor = await seenOne(ada);
    await publish(...numbers(2, 8));
    const heard = await subscribe(ada, { resumeAfter: cursor });
    await feeds(1);
    await publish(...numbers(8, 12));
    await eventually(() => expect(heard.messages).toHaveLength(10));
    expect(percents(heard)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    // Any of its messages can be resumed after.
    heard.stop();
    const again = await subscribe(ada, { resumeAfter: cursorOf(heard.messages[6]) });
    await eventually(() => expect(percents(again)).toEqual([9, 10, 11]));
    again.stop();
  });

  it('leaves no gap and tells nothing twice, whatever comes while it catches up', async () => {
    const ada = person();
    const cursor = await seenOne(ada);
    await publish(...numbers(2, 10));
    // One that is there all along, and has yet to be told some of the same.
    const answers = holdAnswers(test.graph.progress);
    const other = await subscribe(ada);
    await feeds(1);
    await publish(...numbers(10, 14));
    const heard = await Promise.all([1, 2, 3].map(() => subscribe(ada, { resumeAfter: cursor })));
    await subscribed(4);
    for (let n = 14; n < 40; n += 1) {
      await publish(percent(n));
      await answers.letGoOne();
    }
    answers.letGoAll();
    await eventually(() => expect(percents(other).at(-1)).toBe(39));
    for (const one of heard) {
      await eventually(() => expect(percents(one).at(-1)).toBe(39));
      expect(percents(one)).toEqual(Array.from({ length: 38 }, (_, i) => i + 2));
      one.stop();
    }
    expect(percents(other)).toEqual(Array.from({ length: 30 }, (_, i) => i + 10));
    other.stop();
  });

  it('is not told again what another gateway told it, and this one has yet to tell', async () => {
    const ada = person();
    await seenOne(ada);
    const answers = holdAnswers(test.graph.progress);
    const other = await subscribe(ada);
    await feeds(1);
    await publish(...numbers(2, 5));
    // What it heard last is told by nobody here so far.
    const heard = await subscribe(ada, { resumeAfter: cursorAt(test.bus.position!) });
    await subscribed(2);
    await publish(percent(5));
    answers.letGoAll();
    await eventually(() => expect(percents(other)).toEqual([2, 3, 4, 5]));
    expect(percents(heard)).toEqual([5]);
  });

  it('shares the execution of what several missed', async () => {
    const ada = person();
    const cursor = await seenOne(ada);
    await publish(...numbers(2, 7));
    test.graph.progress.requests.length = 0;
    const answers = holdAnswers(test.graph.progress);
    const client = test.connect({ accessToken: await test.token(ada) });
    const heard = Array.from({ length: 10 }, () =>
      hear(client, ACTIVITY, undefined, { resumeAfter: cursor }),
    );
    await subscribed(10);
    answers.letGoAll();
    for (const one of heard) await eventually(() => expect(percents(one)).toEqual([2, 3, 4, 5, 6]));
    expect(test.graph.progress.requests).toHaveLength(5);
    for (const one of heard) one.stop();
  });

  it('is told what it asks for alone, and as who it is', async () => {
    const [courseId, ada] = [newId(), person()];
    const cursor = await seenOne(ada);
    await publish(
      percent(2),
      percent(3, courseId, newId()),
      percent(4, courseId),
      { ...percent(5, courseId), type: 'progress.lesson.forgotten.v1' },
      progressEvent({ courseId, learnerId: newId(), percent: 6, hidden: 'not-found' }),
      progressEvent({ courseId, learnerId: newId(), percent: 7, hidden: 'skip' }),
      percent(8, courseId),
    );
    // The cursor is no secret and no right: somebody else with it hears what is theirs to hear.
    const same = await subscribe(person(), { resumeAfter: cursor, variables: { courseId } });
    const stranger = await subscribe(person({ organizationId: newId() }), { resumeAfter: cursor });
    await eventually(() => expect(percents(same)).toEqual([4, 8]));
    expect(stranger.messages).toEqual([]);
    same.stop();
    stranger.stop();
  });

  it.each([
    ['nothing like a cursor', 'x', 'UNKNOWN'],
    ['a number', 7, 'UNKNOWN'],
    ['an object', { toString: 'p1' }, 'UNKNOWN'],
    ['a cursor of another bus', Buffer.from('abcdefgh.5').toString('base64url'), 'UNKNOWN'],
    ['a cursor of long ago', Buffer.from('p1').toString('base64url'), 'OUTSIDE_WINDOW'],
    ['very much', 'A'.repeat(10_000), 'UNKNOWN'],
  ])('with %s is told to fetch anew, and then goes on', async (_, resumeAfter, reason) => {
    const heard = await subscribe(person(), { resumeAfter });
    await eventually(() => expect(heard.messages).toHaveLength(1));
    expect(heard.messages[0]).toEqual({
      data: null,
      errors: [{ message: expect.any(String), extensions: { code: 'RESYNC_REQUIRED', reason } }],
      extensions: { cursor: expect.any(String) },
    });
    await publish(percent(3));
    await eventually(() => expect(percents(heard)).toEqual([undefined, 3]));
    const again = await subscribe(person(), { resumeAfter: cursorOf(heard.messages[0]) });
    await eventually(() => expect(percents(again)).toEqual([3]));
    heard.stop();
    again.stop();
  });

  it('is told to fetch anew when it missed more than is told one by one', async () => {
    const ada = person();
    const cursor = await seenOne(ada);
    await publish(...numbers(2, 103));
    const heard = await subscribe(ada, { resumeAfter: cursor });
    await eventually(() =>
      expect(codesOf(heard)).toMatchObject([{ code: 'RESYNC_REQUIRED', reason: 'TOO_MANY' }]),
    );
    heard.stop();
    const text = await test.metrics.registry.metrics();
    expect(text).toMatch(/lyceum_subscription_resumes_total\{outcome="too_many"\} \d/);
    expect(text).toMatch(/lyceum_subscription_resumes_total\{outcome="resumed"\} \d/);
  });

  it('goes on from where its connection was made, when it has had no message yet', async () => {
    const ada = person();
    let payload: unknown = null;
    const client = test.connect({ accessToken: await test.token(ada) });
    client.on('connected', (_socket, acknowledged) => void (payload = acknowledged));
    const heard = hear(client, ACTIVITY);
    await feeds(1);
    heard.stop();
    await feeds(0);
    await publish(...numbers(1, 4));
    const { cursor } = payload as { cursor: string };
    const again = await subscribe(ada, { resumeAfter: cursor });
    await eventually(() => expect(percents(again)).toEqual([1, 2, 3]));
    again.stop();
  });

  it('that goes away while it catches up leaves nothing behind', async () => {
    const ada = person();
    const cursor = await seenOne(ada);
    await publish(...numbers(2, 20));
    test.graph.progress.requests.length = 0;
    const answers = holdAnswers(test.graph.progress);
    const heard = await subscribe(ada, { resumeAfter: cursor });
    for (const seen of [[2], [2, 3]]) {
      await answers.letGoOne();
      await eventually(() => expect(percents(heard)).toEqual(seen));
    }
    heard.stop();
    await feeds(0);
    answers.letGoAll();
    // It would have gone on meanwhile.
    await test.post('{ greet }');
    expect(test.graph.progress.requests.length).toBeLessThanOrEqual(3);
  });
});

describe('an event that takes the right away', () => {
  const about = (courseId: string, who: SignedIn, n: number, type?: string) =>
    progressEvent({ courseId, learnerId: who.userId, percent: n }, ORGANIZATION, type);
  const ended = {
    data: null,
    errors: [{ extensions: { code: 'PERMISSION_DENIED', reason: 'ENROLLMENT_WITHDRAWN' } }],
  };

  it('ends the subscription of whom it concerns, and says which', async () => {
    const [courseId, ada, bob] = [newId(), person(), person()];
    const options = { query: MINE, variables: { courseId } };
    const [heard, other] = [await subscribe(ada, options), await subscribe(bob, options)];
    await feeds(2);
    await publish(about(courseId, ada, 1));
    await eventually(() => expect(percents(heard)).toEqual([1]));
    await publish(about(courseId, ada, 0, ENROLLMENT_ENDED), about(courseId, ada, 2));
    await eventually(() => expect(heard.done).toBe(true));
    expect(heard.messages).toHaveLength(2);
    expect(heard.messages[1]).toMatchObject(ended);
    await publish(about(courseId, bob, 3));
    await eventually(() => expect(percents(other)).toEqual([3]));
    other.stop();
  });

  it('ends one that missed it, after what came before', async () => {
    const [courseId, ada] = [newId(), person()];
    const options = { query: MINE, variables: { courseId } };
    const cursor = await seenOne(ada);
    await publish(about(courseId, ada, 1), about(courseId, ada, 0, ENROLLMENT_ENDED));
    const heard = await subscribe(ada, { ...options, resumeAfter: cursor });
    await eventually(() => expect(heard.done).toBe(true));
    expect(heard.messages).toMatchObject([{ data: { courseProgressUpdated: {} } }, ended]);
  });
});

describe('a supergraph that is replaced', () => {
  const sdl = (change: (sdl: string) => string) => test.gateway.reload(change(SUPERGRAPH));
  afterEach(async () => {
    await test.gateway.reload(SUPERGRAPH);
    test.closes.length = 0;
  });

  it('goes unnoticed where the subscription still holds', async () => {
    const ada = person();
    const heard = await subscribe(ada);
    await feeds(1);
    await sdl((text) => text.replace('percent: Int!', 'percent: Int!\n  extra: String'));
    await publish(percent(1));
    await eventually(() => expect(percents(heard)).toEqual([1]));
    const joined = await subscribe(ada);
    await subscribed(2);
    await feeds(1);
    await publish(percent(2));
    await eventually(() => expect([percents(heard), percents(joined)]).toEqual([[1, 2], [2]]));
    expect(test.closes.filter(({ code }) => code !== 1000)).toEqual([]);
    heard.stop();
    joined.stop();
  });

  it.each([
    ['a selected field is gone', (text: string) => text.replace('percent: Int!', 'share: Int!')],
    [
      'it answers in another shape',
      (text: string) => text.replace('percent: Int!', 'percent: Int'),
    ],
    ['other events feed it', (text: string) => text.replace(', "progress.lesson.read.v1"]', ']')],
  ])('closes the connection, to subscribe again, when %s', async (_, change) => {
    const heard = await subscribe(person());
    await feeds(1);
    expect(change(SUPERGRAPH)).not.toBe(SUPERGRAPH);
    await sdl(change);
    await eventually(() =>
      expect(test.closes).toContainEqual({ code: 1012, reason: 'Graph changed' }),
    );
    await feeds(0);
    heard.stop();
  });
});
