import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { createClient, type Client, type ExecutionResult } from 'graphql-ws';
import { WebSocket } from 'ws';
import { enroll, publishTestCourse, view, type TestCourse } from './courses.js';
import { administrator, instructor, learner, type Person } from './people.js';
import { settled, startTopology, type Topology } from './topology.js';

const ACTIVITY = `subscription ($courseId: ID!) {
  courseActivity(courseId: $courseId) { kind learner { id } enrollment { id } }
}`;
const MINE = `subscription ($courseId: ID!) {
  courseProgressUpdated(courseId: $courseId) { percent }
}`;
const LONG = { timeout: 30_000 };

let topology: Topology;
let admin: Person;
let teacher: Person;
let course: TestCourse;
const clients: Client[] = [];
let count = 0;

beforeAll(async () => {
  topology = await startTopology();
  admin = await administrator(topology, 'resume-school');
  teacher = await instructor(topology, 'resume-school', admin);
  course = await publishTestCourse(teacher.client, 'Resuming');
}, 180_000);
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});
afterAll(() => topology?.stop(), 60_000);

interface Message {
  data?: { courseActivity?: { kind: string; enrollment: { id: string } } } | null;
  errors?: { extensions: Record<string, unknown> }[];
  extensions: { cursor: string };
}

interface Heard {
  messages: Message[];
  done: boolean;
  stop(): Promise<void>;
}

async function subscribe(who: Person, query = ACTIVITY, resumeAfter?: string): Promise<Heard> {
  let acknowledged = (): void => undefined;
  const connected = new Promise<void>((resolve) => {
    acknowledged = resolve;
  });
  const client = createClient({
    url: `${topology.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { accessToken: who.client.accessToken },
    retryAttempts: 0,
    on: { connected: () => acknowledged() },
  });
  clients.push(client);
  const heard: Heard = { messages: [], done: false, stop: async () => client.dispose() };
  client.subscribe(
    { query, variables: { courseId: course.id }, extensions: { resumeAfter } },
    {
      next: (message: ExecutionResult) => void heard.messages.push(message as unknown as Message),
      error: () => undefined,
      complete: () => void (heard.done = true),
    },
  );
  await connected;
  // Answered after the subscription has begun.
  for await (const _answer of client.iterate({ query: '{ __typename }' })) break;
  return heard;
}

/** Enrolls as many new learners, one after the other. */
async function enrollments(many: number): Promise<{ who: Person; enrollmentId: string }[]> {
  const made: { who: Person; enrollmentId: string }[] = [];
  for (let i = 0; i < many; i += 1) {
    const letter = String.fromCharCode(97 + (count += 1));
    const who = await learner(topology, 'resume-school', `Rita Resumes ${letter}`);
    made.push({ who, enrollmentId: await enroll(who.client, course.id) });
  }
  return made;
}

const enrolled = ({ messages }: Heard): string[] =>
  messages
    .map(({ data }) => data?.courseActivity)
    .flatMap((activity) => (activity?.kind === 'ENROLLED' ? [activity.enrollment.id] : []));
const ids = (made: { enrollmentId: string }[]) => made.map(({ enrollmentId }) => enrollmentId);

it('a subscriber who was away gets exactly what others heard meanwhile', async () => {
  const always = await subscribe(teacher);
  const first = await subscribe(teacher);
  const [one] = await enrollments(1);
  await eventually(() => expect(enrolled(first)).toEqual([one!.enrollmentId]), LONG);
  await first.stop();
  const seen = first.messages.length;
  const { cursor } = first.messages.at(-1)!.extensions;

  const missed = await enrollments(3);
  await view(
    missed[0]!.who.client,
    missed[0]!.enrollmentId,
    course.pageTopicId,
    course.pageBlockId,
  );
  await settled(topology);
  const again = await subscribe(teacher, ACTIVITY, cursor);
  const later = await enrollments(1);
  await settled(topology);
  await eventually(() => {
    expect(enrolled(again)).toEqual(ids([...missed, ...later]));
    const from = always.messages.findIndex(({ extensions }) => extensions.cursor === cursor);
    expect(again.messages).toEqual(always.messages.slice(from + 1));
  }, LONG);
  expect(seen).toBeGreaterThan(0);
  expect(again.messages.some(({ data }) => data?.courseActivity?.kind === 'PROGRESSED')).toBe(true);
}, 120_000);

it('also over a restart of what told it', async () => {
  const first = await subscribe(teacher);
  const [one] = await enrollments(1);
  await eventually(() => expect(enrolled(first)).toEqual([one!.enrollmentId]), LONG);
  await settled(topology);
  const before = first.messages.findIndex(({ data }) => data?.courseActivity?.kind === 'ENROLLED');
  const { cursor } = first.messages[before]!.extensions;
  const missed = await enrollments(3);
  await eventually(() => expect(enrolled(first)).toHaveLength(4), LONG);
  await settled(topology);
  await first.stop();

  const gateway = topology.program('gateway');
  await gateway.crash();
  await gateway.ready(60_000);
  const again = await subscribe(teacher, ACTIVITY, cursor);
  await eventually(() => expect(again.messages).toEqual(first.messages.slice(before + 1)), LONG);
  const later = await enrollments(1);
  await eventually(() => expect(enrolled(again)).toEqual(ids([...missed, ...later])), LONG);
}, 180_000);

it('a cursor that is none is answered with RESYNC_REQUIRED, and what comes follows', async () => {
  const heard = await subscribe(teacher, ACTIVITY, 'bm9uZQ');
  await eventually(() => expect(heard.messages).toHaveLength(1), LONG);
  expect(heard.messages[0]?.errors?.[0]?.extensions).toEqual({
    code: 'RESYNC_REQUIRED',
    reason: 'UNKNOWN',
  });
  const made = await enrollments(1);
  await eventually(() => expect(enrolled(heard)).toEqual(ids(made)), LONG);
}, 60_000);

it('a withdrawn enrollment ends the subscription to its progress, and says so', async () => {
  const [one] = await enrollments(1);
  const { who, enrollmentId } = one!;
  await settled(topology);
  const heard = await subscribe(who, MINE);
  await view(who.client, enrollmentId, course.pageTopicId, course.pageBlockId);
  await eventually(() => expect(heard.messages.length).toBeGreaterThan(0), LONG);
  await who.client.request(`mutation ($id: ID!) { withdrawFromCourse(enrollmentId: $id) { id } }`, {
    id: enrollmentId,
  });
  await eventually(() => expect(heard.done).toBe(true), { timeout: 10_000 });
  expect(heard.messages.at(-1)?.errors?.[0]?.extensions).toEqual({
    code: 'PERMISSION_DENIED',
    reason: 'ENROLLMENT_WITHDRAWN',
  });
}, 60_000);
