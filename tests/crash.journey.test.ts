import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICES, type ServiceName } from '@lyceum/platform/service';
import { offersOf, startCheckout } from '@lyceum/standalone/story/checkout';
import { eventually } from '@lyceum/testkit/eventually';
import { startNats, type TestNats } from '@lyceum/testkit/nats';
import { enroll, publishTestCourse, type TestCourse } from './courses.js';
import { testSettings } from './env.js';
import { administrator, instructor, learner, type Person } from './people.js';
import {
  completeCourse,
  makeRecords,
  pay,
  sendRecords,
  type Enrolled,
  type SeededRecord,
} from './seeded-replay.js';
import { settled, startTopology, type Topology } from './topology.js';

const LEARNERS = 6;
const COMPLETING = 4;
const BUYING = 2;
const RECORDS = 2_400;
const IN_A_BATCH = 40;
const LANES = 3;
/** Batches after which it crashes: in the middle, with others on their way. */
const CRASH_AT = 20;

let topology: Topology;
let nats: TestNats | null = null;
let admin: Person;
let teacher: Person;
let pupils: Person[];
let seed = 1;

beforeAll(async () => {
  if (testSettings.LYCEUM_TOPOLOGY === 'distributed') nats = await startNats();
  topology = await startTopology(nats ? { NATS_URL: nats.url } : {});
  admin = await administrator(topology, 'crash');
  teacher = await instructor(topology, 'crash', admin);
  pupils = [];
  for (let number = 0; number < LEARNERS; number += 1) {
    pupils.push(await learner(topology, 'crash', `Pupil ${'abcdefgh'[number]}`));
  }
}, 240_000);
afterAll(async () => {
  await topology?.stop();
  await nats?.destroy();
}, 60_000);

/** Kills the process that runs a service; it comes back by itself, as another one. */
const killing = (service: ServiceName) => async (): Promise<void> => {
  const program = topology.program(service);
  const before = program.pid;
  await program.crash();
  await program.ready(60_000);
  expect(before).not.toBeNull();
  expect(program.pid).not.toBe(before);
};

const crashes: readonly [what: string, crash: () => Promise<void>][] =
  testSettings.LYCEUM_TOPOLOGY === 'standalone'
    ? [['the process', killing('progress')]]
    : [
        ['progress', killing('progress')],
        ['analytics', killing('analytics')],
        [
          'nats-server',
          async () => {
            await nats!.stop('SIGKILL');
            await nats!.start();
          },
        ],
      ];

describe.each(crashes)('kill -9 of %s in the middle of a replay', (_what, crash) => {
  let course: TestCourse;
  let paid: TestCourse;
  let enrolled: Enrolled[];
  let records: SeededRecord[];
  let paymentUrls: string[];

  beforeAll(async () => {
    course = await publishTestCourse(teacher.client, `Crash course ${seed}`);
    paid = await publishTestCourse(teacher.client, `Paid crash course ${seed}`);
    enrolled = await Promise.all(
      pupils.map(async ({ client, id }) => ({
        learnerId: id,
        enrollmentId: await enroll(client, course.id),
      })),
    );
    await teacher.client.request(
      `mutation ($input: SetCoursePriceInput!) { setCoursePrice(input: $input) { id } }`,
      { input: { courseId: paid.id, amountMinor: 1_900, currency: 'EUR' } },
    );
    await settled(topology);
    paymentUrls = [];
    for (const { client } of pupils.slice(0, BUYING)) {
      const [offer] = await offersOf(client, paid.id);
      paymentUrls.push((await startCheckout(client, offer!.id)).paymentUrl);
    }
    records = makeRecords(enrolled, course, RECORDS, (seed += 1));
    await replayWithCrash();
    await everythingArrived();
  }, 180_000);

  /** Learners' records in lanes, and in between some complete the course and some pay; one crash. */
  async function replayWithCrash(): Promise<void> {
    let sent = 0;
    const others: Promise<void>[] = [];
    const crashed: Promise<void>[] = [];
    const afterBatch = (): void => {
      sent += 1;
      // Around the crash, on either side and right through it.
      const turn = sent - (CRASH_AT - 2);
      if (turn >= 0 && turn < COMPLETING) {
        const { client } = pupils[turn]!;
        others.push(completeCourse(client, enrolled[turn]!, course));
      }
      if (turn >= 1 && turn <= BUYING) others.push(pay(paymentUrls[turn - 1]!));
      if (sent === CRASH_AT) crashed.push(crash());
    };
    const lanes = Array.from({ length: LANES }, async (_, lane) => {
      const mine = records.filter(
        ({ enrollmentId }) =>
          enrolled.findIndex((one) => one.enrollmentId === enrollmentId) % LANES === lane,
      );
      for (let from = 0; from < mine.length; from += IN_A_BATCH) {
        await sendRecords(admin.client, mine.slice(from, from + IN_A_BATCH));
        afterBatch();
      }
    });
    await Promise.all(lanes);
    await Promise.all(others);
    expect(crashed).toHaveLength(1);
    await Promise.all(crashed);
  }

  async function everythingArrived(): Promise<void> {
    await settled(topology);
    await eventually(
      async () => {
        const [row] = await topology.sql<{ rows: number }>(
          'analytics',
          'SELECT coalesce(sum(records), 0)::int AS rows FROM daily_learner_activity WHERE course_id = $1',
          [course.id],
        );
        expect(row!.rows).toBeGreaterThanOrEqual(RECORDS + COMPLETING);
        const told = await topology.sql(
          'notification',
          `SELECT 1 FROM notification WHERE course_id = $1 AND template = 'certificate-issued'`,
          [course.id],
        );
        expect(told.length).toBeGreaterThanOrEqual(COMPLETING);
        const [open] = await topology.sql<{ n: number }>(
          'notification',
          `SELECT count(*)::int AS n FROM delivery WHERE state = 'PENDING'`,
        );
        expect(open!.n).toBe(0);
        expect((await enrolledIn(paid.id)).toSorted()).toEqual(
          pupils
            .slice(0, BUYING)
            .map(({ id }) => id)
            .toSorted(),
        );
      },
      // A mail whose sender died in the act waits for a while before it is tried again.
      { timeout: 120_000, interval: 200 },
    );
    await settled(topology);
  }

  const enrolledIn = async (courseId: string): Promise<string[]> =>
    (
      await topology.sql<{ learner: string }>(
        'course',
        'SELECT learner_id AS learner FROM enrollment WHERE course_id = $1',
        [courseId],
      )
    ).map(({ learner: id }) => id);

  /** What was sent, added up; completing a course is one more record in its page. */
  function expectedSums(keyOf: (record: SeededRecord) => string): Record<string, number> {
    const sums: Record<string, number> = {};
    const completions = enrolled.slice(0, COMPLETING).map(({ enrollmentId }) => ({
      ...records[0]!,
      enrollmentId,
      topicId: course.pageTopicId,
      occurredAt: '2024-02-01T12:00:00.000Z',
      count: 1,
    }));
    for (const record of [...records, ...completions]) {
      sums[keyOf(record)] = (sums[keyOf(record)] ?? 0) + record.count;
    }
    return sums;
  }

  const learnerOf = (enrollmentId: string): string =>
    enrolled.find((one) => one.enrollmentId === enrollmentId)!.learnerId;

  it('leaves every total as it should be', async () => {
    type Row = { key: string; value: number };
    const byKey = (rows: Row[]) => Object.fromEntries(rows.map(({ key, value }) => [key, value]));
    const perTopic = expectedSums(({ enrollmentId, topicId }) => `${enrollmentId} ${topicId}`);
    const sums = await topology.sql<Row>(
      'progress',
      `SELECT t.enrollment_id || ' ' || t.topic_id AS key, t.interactions AS value
       FROM topic_progress t JOIN course_progress p ON p.id = t.enrollment_id WHERE p.course_id = $1`,
      [course.id],
    );
    expect(byKey(sums)).toEqual(perTopic);
    const kept = await topology.sql<Row>(
      'progress',
      `SELECT r.enrollment_id || ' ' || r.topic_id AS key, sum(r.count)::int AS value
       FROM activity_record r JOIN course_progress p ON p.id = r.enrollment_id
       WHERE p.course_id = $1 GROUP BY 1`,
      [course.id],
    );
    expect(byKey(kept)).toEqual(perTopic);

    const learnerDays = await topology.sql<Row>(
      'analytics',
      `SELECT learner_id || ' ' || day AS key, interactions AS value
       FROM daily_learner_activity WHERE course_id = $1`,
      [course.id],
    );
    expect(byKey(learnerDays)).toEqual(
      expectedSums(
        ({ enrollmentId, occurredAt }) => `${learnerOf(enrollmentId)} ${occurredAt.slice(0, 10)}`,
      ),
    );
    const topicDays = await topology.sql<Row>(
      'analytics',
      `SELECT topic_id || ' ' || day AS key, interactions AS value
       FROM daily_topic_activity WHERE course_id = $1`,
      [course.id],
    );
    expect(byKey(topicDays)).toEqual(
      expectedSums(({ topicId, occurredAt }) => `${topicId} ${occurredAt.slice(0, 10)}`),
    );
  });

  it('doubles no certificate, attempt or completion', async () => {
    const completers = pupils.slice(0, COMPLETING).map(({ id }) => id);
    const learners = async (text: string) =>
      (await topology.sql<{ learner: string }>('progress', text, [course.id])).map(
        ({ learner: id }) => id,
      );
    const certified = await learners(
      'SELECT learner_id AS learner FROM certificate WHERE course_id = $1',
    );
    expect(certified.toSorted()).toEqual(completers.toSorted());
    const attempts = await learners(
      'SELECT learner_id AS learner FROM assessment_attempt WHERE course_id = $1',
    );
    expect(attempts.toSorted()).toEqual(completers.toSorted());
    const events = await learners(
      `SELECT data->>'learnerId' AS learner FROM outbox
       WHERE type = 'progress.certificate.issued.v1' AND data->>'courseId' = $1::text`,
    );
    expect(events.toSorted()).toEqual(completers.toSorted());
  });

  it('doubles no order, receipt, entitlement or enrollment', async () => {
    const buyers = pupils.slice(0, BUYING).map(({ id }) => id);
    const orders = await topology.sql<{ id: string; buyer: string; status: string }>(
      'billing',
      'SELECT id, buyer_id AS buyer, status FROM orders WHERE $1 = ANY(course_ids)',
      [paid.id],
    );
    expect(orders.map(({ buyer }) => buyer).toSorted()).toEqual(buyers.toSorted());
    expect(orders.map(({ status }) => status)).toEqual(buyers.map(() => 'PAID'));
    const ids = orders.map(({ id }) => id).toSorted();
    for (const table of ['receipt', 'entitlement', 'journal_entry']) {
      const rows = await topology.sql<{ order: string }>(
        'billing',
        `SELECT order_id AS order FROM ${table} WHERE order_id = ANY($1)`,
        [ids],
      );
      expect({ table, orders: rows.map(({ order }) => order).toSorted() }).toEqual({
        table,
        orders: ids,
      });
    }
    expect((await enrolledIn(paid.id)).toSorted()).toEqual(buyers.toSorted());
    const [ledger] = await topology.sql<{ balance: number }>(
      'billing',
      'SELECT coalesce(sum(amount_minor), 0)::int AS balance FROM posting',
    );
    expect(ledger!.balance).toBe(0);
  });

  it('tells nobody anything twice, in the feed or by e-mail', async () => {
    const told = await topology.sql<{ recipient: string; template: string; n: number }>(
      'notification',
      `SELECT recipient_id AS recipient, template, count(*)::int AS n
       FROM notification WHERE course_id = $1 GROUP BY 1, 2`,
      [course.id],
    );
    expect(told.filter(({ n }) => n > 1)).toEqual([]);
    const certified = told.filter(({ template }) => template === 'certificate-issued');
    expect(certified.map(({ recipient }) => recipient).toSorted()).toEqual(
      pupils
        .slice(0, COMPLETING)
        .map(({ id }) => id)
        .toSorted(),
    );
    const receipts = await topology.sql<{ n: number }>(
      'notification',
      `SELECT count(*)::int AS n FROM notification
       WHERE template = 'order-paid' AND order_id IS NOT NULL GROUP BY order_id`,
    );
    expect(receipts.every(({ n }) => n === 1)).toBe(true);

    const mails = (await topology.mails()).filter((mail) =>
      mail.includes(`Crash course ${seed - 1}`),
    );
    const heads = mails.map((mail) => mail.split(/\r?\n\r?\n/, 1)[0]!);
    const about = heads.map((head) =>
      ['To', 'Subject']
        .map((name) => new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1])
        .join(' | '),
    );
    expect(about.length).toBeGreaterThanOrEqual(COMPLETING);
    expect(about.toSorted()).toEqual([...new Set(about)].toSorted());
  });

  it('sets no event aside', async () => {
    for (const service of SERVICES) {
      expect({ service, rows: await topology.sql(service, 'SELECT * FROM dead_letter') }).toEqual({
        service,
        rows: [],
      });
    }
  });
});
