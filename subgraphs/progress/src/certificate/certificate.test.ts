import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { courseChanged } from '@lyceum/events/course';
import { certificateIssued } from '@lyceum/events/progress';
import { profileUpdated } from '@lyceum/events/user';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import { person } from '@lyceum/testkit/person';
import { COMPLETE, openClassroom, type Classroom, type Enrolled } from '../../test/classroom.js';
import { sampleCourse } from '../../test/sample-course.js';

let room: Classroom;
beforeAll(async () => {
  room = await openClassroom();
});
afterAll(() => room.service.close());

const VERIFY = `query ($code: String!) {
  verifyCertificate(code: $code) { learnerName courseTitle organizationName issuedAt learner { id } }
}`;
const CERTIFICATES = `query ($id: ID!) {
  _entities(representations: [{ __typename: "User", id: $id }]) {
    ... on User { certificates { verificationCode courseTitle } }
  }
}`;

/** Someone who completed a course of one manual topic. */
async function graduate(name?: string): Promise<Enrolled & { code: string }> {
  const course = sampleCourse();
  const [, second] = course.structure.modules;
  await room.publish({ ...course, structure: { modules: [second!] } });
  const enrolled = await room.enroll(course);
  if (name) await room.register(enrolled.learner, name);
  const input = { enrollmentId: enrolled.enrollmentId, topicId: course.ids.reflection };
  await room.service.as(enrolled.learner).ok(COMPLETE, { input });
  const events = await room.service.published(certificateIssued);
  const issued = events.find((event) => event.aggregateId === enrolled.enrollmentId);
  return { ...enrolled, code: issued!.data.verificationCode };
}

const rename = (enrolled: Enrolled, name: string) =>
  room.service.deliver(profileUpdated, {
    aggregateId: enrolled.learner.userId,
    organizationId: room.organizationId,
    data: { userId: enrolled.learner.userId, name, locale: 'en', timeZone: 'UTC' },
  });

describe('a certificate', () => {
  it('is verified by anyone who has its code, however it is typed', async () => {
    const { code } = await graduate('Grace Hopper');
    const said = {
      verifyCertificate: expect.objectContaining({
        learnerName: 'Grace Hopper',
        courseTitle: 'How to learn',
        organizationName: 'Open School',
      }),
    };
    for (const viewer of [ANONYMOUS, person(), room.instructor]) {
      for (const typed of [code, code.toLowerCase().replaceAll('-', ' ')]) {
        expect(await room.service.as(viewer).ok(VERIFY, { code: typed })).toEqual(said);
      }
    }
    const last = code.endsWith('0') ? '1' : '0';
    for (const wrong of ['', 'hello', code.slice(0, -1) + last]) {
      const answer = await room.service.as(ANONYMOUS).ok(VERIFY, { code: wrong });
      expect(answer).toEqual({ verifyCertificate: null });
    }
  });

  it('has a page for anyone who has its code, on which names are text', async () => {
    const open = (code: string) =>
      room.service.running.route(new Request(`http://lyceum.test/certificates/${code}`));
    const { code } = await graduate('<img src=x onerror=alert(1)> & "Co"');
    for (const typed of [code, encodeURIComponent(code.toLowerCase().replaceAll('-', ' '))]) {
      const page = await open(typed);
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(page.headers.get('referrer-policy')).toBe('no-referrer');
      const html = await page.text();
      for (const said of [code, 'How to learn', 'Open School', 'onerror=alert(1)']) {
        expect(html).toContain(said);
      }
      expect(html).not.toContain('<img');
    }
    const last = code.endsWith('0') ? '1' : '0';
    for (const wrong of ['hello', '%3Cb%3E', code.slice(0, -1) + last]) {
      const page = await open(wrong);
      expect(page.status).toBe(404);
      expect(await page.text()).toContain('There is no such certificate');
    }
  });

  it('keeps the name of its day; the next one has the new name', async () => {
    const graduated = await graduate('Ada Byron');
    await rename(graduated, 'Ada Lovelace');
    const verify = { code: graduated.code };
    expect(await room.service.as(ANONYMOUS).ok(VERIFY, verify)).toMatchObject({
      verifyCertificate: { learnerName: 'Ada Byron' },
    });
  });

  it('has the title that the course has now, and no older one that comes late', async () => {
    const course = sampleCourse();
    const { courseId } = course;
    const structure = { modules: [course.structure.modules[1]!] };
    await room.publish({ ...course, structure });
    const [early, late] = [await room.enroll(course), await room.enroll(course)];
    const complete = async ({ learner, enrollmentId }: Enrolled) => {
      const input = { enrollmentId, topicId: course.ids.reflection };
      await room.service.as(learner).ok(COMPLETE, { input });
      const events = await room.service.published(certificateIssued);
      return events.find((event) => event.aggregateId === enrollmentId)!.data.courseTitle;
    };
    const at = new Date();
    const rename = (title: string, time: Date) =>
      room.service.deliver(courseChanged, {
        ...{ aggregateId: courseId, organizationId: room.organizationId, time },
        data: { courseId, slug: 'how-to-learn', title, status: 'PUBLISHED' },
      });
    expect(await complete(await room.enroll(course))).toBe('How to learn');
    await rename('How to learn well', new Date(at.getTime() + 60_000));
    await rename('How to lern', new Date(at.getTime() + 30_000));
    expect(await complete(early)).toBe('How to learn well');
    await room.publish({ ...course, structure, title: 'How to lern' }, 2);
    expect(await complete(late)).toBe('How to learn well');
  });

  it('has the newest title although the publication itself comes late', async () => {
    const course = sampleCourse();
    const { courseId } = course;
    await room.service.deliver(courseChanged, {
      ...{ aggregateId: courseId, organizationId: room.organizationId },
      time: new Date(Date.now() + 60_000),
      data: { courseId, slug: 'how-to-learn', title: 'Renamed', status: 'PUBLISHED' },
    });
    const enrolled = await room.enroll(course);
    await room.publish({ ...course, structure: { modules: [course.structure.modules[1]!] } });
    const input = { enrollmentId: enrolled.enrollmentId, topicId: course.ids.reflection };
    await room.service.as(enrolled.learner).ok(COMPLETE, { input });
    const events = await room.service.published(certificateIssued);
    expect(events.find((event) => event.aggregateId === enrolled.enrollmentId)!.data).toMatchObject(
      { courseTitle: 'Renamed' },
    );
  });

  it('is named when the name comes late', async () => {
    const graduated = await graduate();
    const verify = { code: graduated.code };
    expect(await room.service.as(ANONYMOUS).ok(VERIFY, verify)).toMatchObject({
      verifyCertificate: { learnerName: null },
    });
    await room.register(graduated.learner, 'Alan Turing');
    expect(await room.service.as(ANONYMOUS).ok(VERIFY, verify)).toMatchObject({
      verifyCertificate: { learnerName: 'Alan Turing' },
    });
  });

  it('is listed for its learner and for instructors, and for nobody else', async () => {
    const { learner, code } = await graduate('Edsger Dijkstra');
    const list = async (viewer: Parameters<typeof room.service.as>[0]) =>
      (
        await room.service
          .as(viewer)
          .ok<{ _entities: [{ certificates: unknown[] }] }>(CERTIFICATES, { id: learner.userId })
      )._entities[0].certificates;
    const mine = [{ verificationCode: code, courseTitle: 'How to learn' }];
    expect(await list(learner)).toEqual(mine);
    expect(await list(room.instructor)).toEqual(mine);
    expect(await list(person({ organizationId: room.organizationId }))).toEqual([]);
    expect(await list(person({ roles: ['ORGANIZATION_ADMIN'] }))).toEqual([]);
    expect(await room.service.as(ANONYMOUS).refusal(CERTIFICATES, { id: learner.userId })).toBe(
      'UNAUTHENTICATED',
    );
  });
});
