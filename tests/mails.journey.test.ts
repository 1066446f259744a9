import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { simpleParser, type ParsedMail } from 'mailparser';
import { enroll, publishTestCourse } from './courses.js';
import { administrator, instructor, learner, type Person } from './people.js';
import { completeCourse } from './seeded-replay.js';
import { settled, startTopology, type Topology } from './topology.js';

let topology: Topology;
let pupil: Person;
let teacher: Person;

/** As in production, where there is no explorer at `/`, and without a frontend. */
const SETTINGS = { NODE_ENV: 'production', OPERATIONS_MODE: 'open', DRAIN_DELAY_MS: '0' };

beforeAll(async () => {
  topology = await startTopology(SETTINGS);
  const admin = await administrator(topology, 'mail-school');
  teacher = await instructor(topology, 'mail-school', admin);
  pupil = await learner(topology, 'mail-school', 'Paula Pupil');
}, 180_000);
afterAll(() => topology?.stop(), 60_000);

/** Every mail so far, once none is on its way any more. */
async function allMails(): Promise<ParsedMail[]> {
  await eventually(
    async () => {
      await settled(topology);
      const waiting = await topology.sql(
        'notification',
        `SELECT 1 FROM delivery WHERE state = 'PENDING'`,
      );
      expect(waiting).toEqual([]);
    },
    { timeout: 30_000 },
  );
  return Promise.all((await topology.mails()).map((mail) => simpleParser(mail)));
}

const isTo = (mail: ParsedMail, { email }: Person) => JSON.stringify(mail.to).includes(email);
const linksOf = (text: string) => text.match(/https?:\/\/[^\s"<>]+/g) ?? [];

describe('mails', () => {
  it('say once that a course was completed, and bring the certificate', async () => {
    const course = await publishTestCourse(teacher.client, 'Knots');
    const enrollmentId = await enroll(pupil.client, course.id);
    await completeCourse(pupil.client, { enrollmentId }, course);
    const template = 'certificate-issued';
    const feed = await eventually(
      async () => {
        const { me } = await pupil.client.request<{
          me: { notifications: { nodes: { template: string; title: string; url: string }[] } };
        }>('{ me { notifications(first: 20) { nodes { template title url } } } }');
        const { nodes } = me.notifications;
        expect(nodes.map((node) => node.template)).toEqual(
          expect.arrayContaining(['enrolled', template]),
        );
        return nodes;
      },
      { timeout: 30_000 },
    );
    const mails = (await allMails()).filter((mail) => isTo(mail, pupil));
    const subjects = mails.map(({ subject }) => subject ?? '');
    expect(subjects.filter((subject) => subject.includes('completed'))).toEqual([
      'You completed Knots: here is your certificate',
    ]);
    expect(subjects).toHaveLength(3);
    expect(feed.map((node) => node.template).toSorted()).toEqual([template, 'enrolled', 'welcome']);

    const [certificate] = mails.filter(({ subject }) => subject?.includes('certificate'));
    const { url } = feed.find((node) => node.template === template)!;
    expect(certificate!.text).toContain(url);
    const page = await fetch(url);
    expect(page.status).toBe(200);
    const shown = await page.text();
    for (const said of ['Paula Pupil', 'Knots', 'The mail-school school']) {
      expect(shown).toContain(said);
    }
  }, 120_000);

  it('have a link each, to pages that are there', async () => {
    const mails = await allMails();
    expect(mails.length).toBeGreaterThanOrEqual(5);
    const links = new Set<string>();
    for (const { subject, text = '', html } of mails) {
      const found = linksOf(text);
      expect({ subject, links: found.length > 0 }).toEqual({ subject, links: true });
      expect(linksOf(String(html)).toSorted()).toEqual(found.toSorted());
      for (const link of found) links.add(link);
    }
    expect(links.size).toBe(2);
    for (const link of links) {
      expect(link.startsWith(`${topology.url}/`)).toBe(true);
      expect({ link, status: (await fetch(link)).status }).toEqual({ link, status: 200 });
    }
  }, 60_000);
});
