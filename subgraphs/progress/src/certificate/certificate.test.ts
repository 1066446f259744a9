import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

  it('keeps the name of its day; the next one has the new name', async () => {
    const graduated = await graduate('Ada Byron');
    await rename(graduated, 'Ada Lovelace');
    const verify = { code: graduated.code };
    expect(await room.service.as(ANONYMOUS).ok(VERIFY, verify)).toMatchObject({
      verifyCertificate: { learnerName: 'Ada Byron' },
    });
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
