import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roleAssigned, sessionRevoked } from '@lyceum/events/auth';
import { orderPaid } from '@lyceum/events/billing';
import {
  courseStaffAdded,
  enrollmentCreated,
  enrollmentWaitlisted,
  enrollmentWithdrawn,
  importUpdated,
} from '@lyceum/events/course';
import type { EventDefinition } from '@lyceum/events/define';
import {
  attemptsGranted,
  certificateIssued,
  courseCompleted,
  learningPathCompleted,
  topicCompletedFor,
} from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import { openMailroom, type Mailroom } from '../../test/mailroom.js';

/** With a slash at its end, which is not to stand twice in an address. */
const SITE = 'https://learn.example/app/';
let room: Mailroom;
beforeAll(async () => {
  room = await openMailroom({ settings: { FRONTEND_URL: SITE } });
});
afterAll(() => room.close());

type Person = Awaited<ReturnType<Mailroom['register']>>;
const deliver = async <T>(
  to: Person,
  definition: EventDefinition<T>,
  data: T,
  actorId: string | null = null,
) =>
  room.app.deliver(definition, {
    aggregateId: newId(),
    organizationId: to.organizationId,
    actorId,
    data,
  });

const when = '2026-03-01T22:30:00.000Z';
const ids = { courseId: newId(), other: newId() };
const enrollment = (ada: Person) => ({
  enrollmentId: newId(),
  courseId: ids.courseId,
  courseTitle: 'Sailing',
  learnerId: ada.userId,
});

const certificate = (enrolled: ReturnType<typeof enrollment>) => ({
  ...enrolled,
  certificateId: newId(),
  verificationCode: 'ABCD-EFGH',
  issuedAt: when,
});

const overridden = (ada: Person) => ({
  ...{ ...enrollment(ada), topicId: newId(), reason: 'Passed on paper' },
});
const grantOf = (ada: Person, grantedBy = newId()) => ({
  ...{ ...overridden(ada), grantId: newId(), blockId: newId(), quizTitle: 'Knots' },
  ...{ attempts: 1, attemptsAllowed: 2, attemptsLeft: 1, grantedBy, grantedAt: when },
});
const completionOf = (ada: Person, completesCourse = false, completedBy = newId()) => ({
  ...{ ...overridden(ada), topicTitle: 'Ropes' },
  ...{ completedBy, completedAt: when, completesCourse },
});

/** What each event that matters leads to: the template, and whether there is a mail. */
const CASES: [
  string,
  (ada: Person) => Promise<unknown>,
  { template: string; category: string; mail: boolean; path: string },
][] = [
  [
    'an enrollment',
    (ada) =>
      deliver(ada, enrollmentCreated, { ...enrollment(ada), source: 'SELF', enrolledAt: when }),
    { template: 'enrolled', category: 'LEARNING', mail: true, path: `/courses/${ids.courseId}` },
  ],
  [
    'an enrollment by purchase, which has its receipt',
    (ada) =>
      deliver(ada, enrollmentCreated, { ...enrollment(ada), source: 'PURCHASE', enrolledAt: when }),
    { template: 'enrolled', category: 'LEARNING', mail: false, path: `/courses/${ids.courseId}` },
  ],
  [
    'a place on the waitlist',
    (ada) => deliver(ada, enrollmentWaitlisted, { ...enrollment(ada), waitlistedAt: when }),
    { template: 'waitlisted', category: 'LEARNING', mail: true, path: `/courses/${ids.courseId}` },
  ],
  [
    'being taken out',
    (ada) => deliver(ada, enrollmentWithdrawn, { ...enrollment(ada), withdrawnAt: when }, newId()),
    { template: 'withdrawn', category: 'LEARNING', mail: true, path: `/courses/${ids.courseId}` },
  ],
  [
    'leaving',
    (ada) =>
      deliver(ada, enrollmentWithdrawn, { ...enrollment(ada), withdrawnAt: when }, ada.userId),
    { template: 'withdrawn', category: 'LEARNING', mail: false, path: `/courses/${ids.courseId}` },
  ],
  [
    'attempts that were granted',
    (ada) => deliver(ada, attemptsGranted, grantOf(ada)),
    {
      ...{ template: 'attempts-granted', category: 'LEARNING', mail: true },
      path: `/courses/${ids.courseId}`,
    },
  ],
  [
    'a topic that staff completed',
    (ada) => deliver(ada, topicCompletedFor, completionOf(ada)),
    {
      ...{ template: 'topic-completed-for', category: 'LEARNING', mail: true },
      path: `/courses/${ids.courseId}`,
    },
  ],
  [
    'a topic that staff completed, and the course with it, whose mail brings the certificate',
    (ada) => deliver(ada, topicCompletedFor, completionOf(ada, true)),
    {
      ...{ template: 'topic-completed-for', category: 'LEARNING', mail: false },
      path: `/courses/${ids.courseId}`,
    },
  ],
  [
    'completing a course, by the one message that brings the certificate',
    async (ada) => {
      const enrolled = enrollment(ada);
      await deliver(ada, courseCompleted, { ...enrolled, completedAt: when });
      await deliver(ada, certificateIssued, certificate(enrolled));
    },
    {
      template: 'certificate-issued',
      category: 'ACHIEVEMENT',
      mail: true,
      path: '/certificates/ABCD-EFGH',
    },
  ],
  [
    'completing a path',
    (ada) =>
      deliver(ada, learningPathCompleted, {
        learningPathId: ids.other,
        title: 'Seafaring',
        learnerId: ada.userId,
        completedAt: when,
      }),
    {
      template: 'learning-path-completed',
      category: 'ACHIEVEMENT',
      mail: true,
      path: `/learning-paths/${ids.other}`,
    },
  ],
  [
    'a payment',
    (ada) =>
      deliver(ada, orderPaid, {
        orderId: ids.other,
        buyerId: ada.userId,
        productName: 'Sailing',
        courseIds: [ids.courseId],
        total: { amountMinor: 4900, currency: 'EUR' },
        receiptNumber: 'R-000007',
        paidAt: when,
      }),
    { template: 'order-paid', category: 'BILLING', mail: true, path: `/orders/${ids.other}` },
  ],
  [
    'a finished import',
    (ada) => deliver(ada, importUpdated, importOf(ada, 'SUCCEEDED')),
    {
      template: 'import-finished',
      category: 'AUTHORING',
      mail: false,
      path: `/imports/${ids.other}`,
    },
  ],
  [
    'a failed import',
    (ada) => deliver(ada, importUpdated, importOf(ada, 'FAILED')),
    {
      template: 'import-failed',
      category: 'AUTHORING',
      mail: false,
      path: `/imports/${ids.other}`,
    },
  ],
  [
    'a new role',
    (ada) =>
      deliver(ada, roleAssigned, {
        userId: ada.userId,
        assignment: { role: 'INSTRUCTOR', scope: 'COURSE', scopeId: ids.courseId },
      }),
    {
      template: 'role-assigned',
      category: 'SECURITY',
      mail: true,
      path: `/courses/${ids.courseId}`,
    },
  ],
  [
    'a role in a course, given by a colleague',
    (ada) => deliver(ada, courseStaffAdded, staffOf(ada, newId())),
    { template: 'staff-added', category: 'SECURITY', mail: true, path: `/courses/${ids.courseId}` },
  ],
  [
    'a copied session',
    (ada) =>
      deliver(ada, sessionRevoked, {
        userId: ada.userId,
        sessionId: newId(),
        reason: 'REFRESH_TOKEN_REUSED',
      }),
    { template: 'session-revoked', category: 'SECURITY', mail: true, path: '/' },
  ],
];

function importOf(ada: Person, state: 'RUNNING' | 'SUCCEEDED' | 'FAILED') {
  return { importId: ids.other, requestedBy: ada.userId, state, percent: 50, courseId: null };
}

function staffOf(ada: Person, addedBy: string | null) {
  const { courseId } = ids;
  const role = 'TEACHING_ASSISTANT' as const;
  return { courseId, courseTitle: 'Sailing', userId: ada.userId, role, addedBy };
}

describe('people are told of', () => {
  it.each(CASES)('%s', async (_name, happen, { template, category, mail, path }) => {
    const ada = await room.register();
    await happen(ada);
    const { nodes } = await room.feed(ada);
    expect(nodes).toHaveLength(2);
    const url = `https://learn.example/app${path}`;
    expect(nodes[0]).toMatchObject({ template, category, url });
    // The welcome is one of them.
    const mails = await room.mailsTo(ada.email);
    expect(mails).toHaveLength(mail ? 2 : 1);
    if (!mail) return;
    expect(mails[1]!.text).toContain(`\n${url}\n`);
    expect(mails[1]!.html).toContain(`<a href="${url}">`);
    // Nothing to choose where everyone must hear of it.
    const critical = ['SECURITY', 'BILLING'].includes(category);
    expect(mails[1]!.text?.includes('/app/notifications/settings')).toBe(!critical);
  });

  it('nothing in between: steps of an import, logging out', async () => {
    const ada = await room.register();
    await deliver(ada, importUpdated, importOf(ada, 'RUNNING'));
    const { userId } = ada;
    await deliver(ada, sessionRevoked, { userId, sessionId: newId(), reason: 'LOGOUT' });
    expect((await room.feed(ada)).nodes).toHaveLength(1);
  });

  it('no role in a course that is their own doing, that they long had, or that auth has told of', async () => {
    const ada = await room.register();
    await deliver(ada, courseStaffAdded, staffOf(ada, ada.userId));
    await deliver(ada, courseStaffAdded, staffOf(ada, null));
    await room.app.deliver(courseStaffAdded, {
      aggregateId: ids.courseId,
      organizationId: ada.organizationId,
      causationId: newId(),
      data: staffOf(ada, newId()),
    });
    expect((await room.feed(ada)).nodes.map(({ template }) => template)).toEqual(['welcome']);
  });

  it('nothing that staff did for themselves, and every grant of several', async () => {
    const ada = await room.register();
    await deliver(ada, attemptsGranted, grantOf(ada, ada.userId));
    await deliver(ada, topicCompletedFor, completionOf(ada, false, ada.userId));
    expect((await room.feed(ada)).nodes).toHaveLength(1);
    const grant = grantOf(ada);
    await deliver(ada, attemptsGranted, grant);
    await deliver(ada, attemptsGranted, grant);
    await deliver(ada, attemptsGranted, { ...grant, grantId: newId() });
    const { nodes } = await room.feed(ada);
    expect(nodes.map(({ template }) => template)).toEqual([
      ...['attempts-granted', 'attempts-granted', 'welcome'],
    ]);
  });

  it('each thing once, also when it is told of twice or by another event', async () => {
    const ada = await room.register();
    const data = certificate(enrollment(ada));
    const { organizationId } = ada;
    const event = { id: newId(), aggregateId: data.enrollmentId, organizationId, data };
    await Promise.all([1, 2, 3].map(() => room.app.deliver(certificateIssued, event)));
    await room.app.deliver(certificateIssued, { ...event, id: newId() });
    expect((await room.feed(ada)).nodes.map(({ template }) => template)).toEqual([
      'certificate-issued',
      'welcome',
    ]);
    const mails = await room.mailsTo(ada.email);
    expect(
      mails.map(({ subject }) => String(subject)).toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['Welcome to The School', 'You completed Sailing: here is your certificate']);
  });
});
