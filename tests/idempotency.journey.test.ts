import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServiceName } from '@lyceum/platform/service';
import { offersOf } from '@lyceum/standalone/story/checkout';
import { eventually } from '@lyceum/testkit/eventually';
import { publishTestCourse, type TestCourse } from './courses.js';
import { administrator, instructor, learner, PASSWORD, type Person } from './people.js';
import { settled, startTopology, type Topology } from './topology.js';

let topology: Topology;
let teacher: Person;
let pupil: Person;
let course: TestCourse;
let other: TestCourse;

beforeAll(async () => {
  topology = await startTopology();
  const admin = await administrator(topology, 'idempotency');
  teacher = await instructor(topology, 'idempotency', admin);
  pupil = await learner(topology, 'idempotency', 'Pupil Once');
  course = await publishTestCourse(teacher.client, 'Once');
  other = await publishTestCourse(teacher.client, 'Twice');
  await settled(topology);
}, 240_000);
afterAll(() => topology?.stop(), 60_000);

interface Answer {
  status: number;
  replayed: boolean;
  data: Record<string, unknown> | null | undefined;
  code: string | undefined;
}

/** Sends an operation with a key, as a client does that does not know whether it got through. */
async function send(
  person: Person | null,
  key: string,
  query: string,
  input: object,
): Promise<Answer> {
  const token = person?.client.accessToken;
  const response = await fetch(`${topology.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': key,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify({ query, variables: { input } }),
  });
  const { data, errors } = (await response.json()) as {
    data?: Answer['data'];
    errors?: { extensions: { code: string } }[];
  };
  return {
    status: response.status,
    replayed: response.headers.get('idempotency-replayed') === 'true',
    data,
    code: errors?.[0]?.extensions.code,
  };
}

const ENROLL = `mutation ($input: EnrollInCourseInput!) {
  enrollInCourse(input: $input) { ... on Enrolled { enrollment { id course { title } } } } }`;
const CHECKOUT = `mutation ($input: StartCheckoutInput!) {
  startCheckout(input: $input) { order { id } paymentUrl } }`;
const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { ... on AuthSession { accessToken refreshToken user { id name } } } }`;
const CREATE = 'mutation ($input: CreateCourseInput!) { createCourse(input: $input) { id title } }';
const newCourse = (title: string) => ({ title, language: 'en' });
const newKey = (): string => crypto.randomUUID();

async function coursesCalled(pattern: string): Promise<Record<string, number>> {
  const rows = await topology.sql<{ title: string; n: number }>(
    'course',
    'SELECT title, count(*)::int AS n FROM course WHERE title LIKE $1 GROUP BY title',
    [pattern],
  );
  return Object.fromEntries(rows.map(({ title, n }) => [title, n]));
}

describe('the same request with the same key', () => {
  it.each<[string, () => Promise<[string, object, object, Person | null]>]>([
    ['enrolls once', async () => [ENROLL, { courseId: course.id }, { courseId: other.id }, pupil]],
    [
      'buys once',
      async () => {
        await teacher.client.request(
          'mutation ($input: SetCoursePriceInput!) { setCoursePrice(input: $input) { id } }',
          { input: { courseId: other.id, amountMinor: 1_900, currency: 'EUR' } },
        );
        await settled(topology);
        const [offer] = await offersOf(pupil.client, other.id);
        return [CHECKOUT, { offerId: offer!.id }, { offerId: crypto.randomUUID() }, pupil];
      },
    ],
    [
      'signs in once',
      async () => [
        LOGIN,
        { email: pupil.email, password: PASSWORD },
        { email: pupil.email, password: `${PASSWORD}!` },
        null,
      ],
    ],
  ])('%s, and another input is refused', async (_what, prepare) => {
    const [query, input, otherInput, person] = await prepare();
    const key = newKey();
    const first = await send(person, key, query, input);
    const again = await send(person, key, query, input);
    expect(first).toEqual({
      status: 200,
      replayed: false,
      data: expect.anything(),
      code: undefined,
    });
    expect(again).toEqual({ ...first, replayed: true });
    expect(await send(person, key, query, otherInput)).toEqual({
      status: 409,
      replayed: false,
      data: undefined,
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  it('signs in with tokens that hold, and begins no second session', async () => {
    const sessions = async () =>
      (await topology.sql('auth', 'SELECT FROM session WHERE account_id = $1', [pupil.id])).length;
    const before = await sessions();
    const key = newKey();
    const input = { email: pupil.email, password: PASSWORD };
    const tries = await Promise.all(Array.from({ length: 5 }, () => send(null, key, LOGIN, input)));
    expect(new Set(tries.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(await sessions()).toBe(before + 1);
    const { accessToken } = tries[4]!.data!['login'] as { accessToken: string };
    const client = topology.client();
    client.accessToken = accessToken;
    const { me } = await client.request<{ me: { id: string } }>('{ me { id } }');
    expect(me.id).toBe(pupil.id);
  });

  it('has one effect when ten come at once, and is another’s own business', async () => {
    const key = newKey();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => send(teacher, key, CREATE, newCourse('Keyed at once'))),
    );
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(await coursesCalled('Keyed at once')).toEqual({ 'Keyed at once': 1 });
    const stranger = await send(pupil, key, CREATE, newCourse('Keyed at once'));
    expect(stranger.code).toBe('PERMISSION_DENIED');
  });

  it('gets the first answer over a socket as well', async () => {
    const key = newKey();
    const input = newCourse('Keyed on a socket');
    const first = await send(teacher, key, CREATE, input);
    const again = await new Promise((resolve, reject) => {
      teacher.client.subscribe(CREATE, { input }, resolve, reject, { idempotencyKey: key });
    });
    expect(again).toEqual(first.data);
    expect(await coursesCalled('Keyed on a socket')).toEqual({ 'Keyed on a socket': 1 });
  });
});

describe('over kill -9', () => {
  const killed = (service: ServiceName | 'gateway') => async (): Promise<void> => {
    const program = topology.program(service);
    await program.crash();
    await program.ready(60_000);
  };

  it('the first answer is remembered', async () => {
    const key = newKey();
    const first = await send(teacher, key, CREATE, newCourse('Keyed before'));
    await killed('course')();
    if (topology.kind === 'distributed') await killed('gateway')();
    const again = await eventually(
      async () => {
        const answer = await send(teacher, key, CREATE, newCourse('Keyed before'));
        expect(answer.status).toBe(200);
        return answer;
      },
      { timeout: 60_000, interval: 200 },
    );
    expect(again).toEqual({ ...first, replayed: true });
  }, 120_000);

  /** Repeats until it knows what became of it, as a client in earnest does. */
  async function untilKnown(key: string, title: string): Promise<Answer> {
    return eventually(
      async () => {
        const answer = await send(teacher, key, CREATE, newCourse(title));
        const isKnown = answer.code === undefined || answer.code === 'IDEMPOTENCY_ANSWER_LOST';
        return isKnown ? answer : Promise.reject(new Error(answer.code));
      },
      { timeout: 60_000, interval: 100 },
    );
  }

  it('in the middle, each key takes effect exactly once', async () => {
    const titles = Array.from({ length: 60 }, (_, n) => `Keyed ${n} in the middle`);
    const keys = new Map(titles.map((title) => [title, newKey()]));
    const left = [...titles];
    let done = 0;
    const crashed: Promise<void>[] = [];
    const lane = async (): Promise<Answer[]> => {
      const answers: Answer[] = [];
      for (let title = left.shift(); title; title = left.shift()) {
        answers.push(await untilKnown(keys.get(title)!, title));
        done += 1;
        if (done === 15) crashed.push(killed('course')());
      }
      return answers;
    };
    const answers = (await Promise.all(Array.from({ length: 8 }, lane))).flat();
    await Promise.all(crashed);
    expect(crashed).toHaveLength(1);
    expect(await coursesCalled('Keyed % in the middle')).toEqual(
      Object.fromEntries(titles.map((title) => [title, 1])),
    );
    const made = answers.flatMap(({ data }) =>
      data ? [(data['createCourse'] as { id: string }).id] : [],
    );
    expect(new Set(made).size).toBe(made.length);
    // Those whose answer was lost between its effect and its being kept: as many as ran at a time, at most.
    expect(answers.length - made.length).toBeLessThanOrEqual(8);
    const again = await Promise.all(titles.map((title) => untilKnown(keys.get(title)!, title)));
    expect(again.filter(({ data }) => data).every(({ replayed }) => replayed)).toBe(true);
  }, 180_000);
});
