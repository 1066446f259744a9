import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roleAssigned, sessionRevoked } from '@lyceum/events/auth';
import { orderPaid } from '@lyceum/events/billing';
import {
  enrollmentCreated,
  enrollmentWaitlisted,
  enrollmentWithdrawn,
  importUpdated,
} from '@lyceum/events/course';
import type { EventDefinition } from '@lyceum/events/define';
import { certificateIssued, courseCompleted, learningPathCompleted } from '@lyceum/events/progress';
import { newId } from '@lyceum/platform/ids';
import { openMailroom, type Mailroom } from '../../test/mailroom.js';

let room: Mailroom;
beforeAll(async () => {
  room = await openMailroom();
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
const ids = { enrollmentId: newId(), courseId: newId() };
const enrollment = (ada: Person) => ({
  enrollmentId: newId(),
  courseId: ids.courseId,
  courseTitle: 'Sailing',
  learnerId: ada.userId,
});

/** What each event that matters leads to: the template, and whether there is a mail. */
const CASES: [
  string,
  (ada: Person) => Promise<unknown>,
  { template: string; category: string; mail: boolean },
][] = [
  [
    'an enrollment',
    (ada) =>
      deliver(ada, enrollmentCreated, { ...enrollment(ada), source: 'SELF', enrolledAt: when }),
    { template: 'enrolled', category: 'LEARNING', mail: true },
  ],
  [
    'an enrollment by purchase, which has its receipt',
    (ada) =>
      deliver(ada, enrollmentCreated, { ...enrollment(ada), source: 'PURCHASE', enrolledAt: when }),
    { template: 'enrolled', category: 'LEARNING', mail: false },
  ],
  [
    'a place on the waitlist',
    (ada) => deliver(ada, enrollmentWaitlisted, { ...enrollment(ada), waitlistedAt: when }),
    { template: 'waitlisted', category: 'LEARNING', mail: true },
  ],
  [
    'being taken out',
    (ada) => deliver(ada, enrollmentWithdrawn, { ...enrollment(ada), withdrawnAt: when }, newId()),
    { template: 'withdrawn', category: 'LEARNING', mail: true },
  ],
  [
    'leaving',
    (ada) =>
      deliver(ada, enrollmentWithdrawn, { ...enrollment(ada), withdrawnAt: when }, ada.userId),
    { template: 'withdrawn', category: 'LEARNING', mail: false },
  ],
  [
    'completing a course',
    (ada) => deliver(ada, courseCompleted, { ...enrollment(ada), completedAt: when }),
    { template: 'course-completed', category: 'ACHIEVEMENT', mail: true },
  ],
  [
    'a certificate',
    (ada) =>
      deliver(ada, certificateIssued, {
        ...enrollment(ada),
        certificateId: newId(),
        verificationCode: 'ABCD-EFGH',
        issuedAt: when,
      }),
    { template: 'certificate-issued', category: 'ACHIEVEMENT', mail: true },
  ],
  [
    'completing a path',
    (ada) =>
      deliver(ada, learningPathCompleted, {
        learningPathId: newId(),
        title: 'Seafaring',
        learnerId: ada.userId,
        completedAt: when,
      }),
    { template: 'learning-path-completed', category: 'ACHIEVEMENT', mail: true },
  ],
  [
    'a payment',
    (ada) =>
      deliver(ada, orderPaid, {
        orderId: newId(),
        buyerId: ada.userId,
        productName: 'Sailing',
        courseIds: [ids.courseId],
        total: { amountMinor: 4900, currency: 'EUR' },
        receiptNumber: 'R-000007',
        paidAt: when,
      }),
    { template: 'order-paid', category: 'BILLING', mail: true },
  ],
  [
    'a finished import',
    (ada) => deliver(ada, importUpdated, importOf(ada, 'SUCCEEDED')),
    { template: 'import-finished', category: 'AUTHORING', mail: false },
  ],
  [
    'a failed import',
    (ada) => deliver(ada, importUpdated, importOf(ada, 'FAILED')),
    { template: 'import-failed', category: 'AUTHORING', mail: false },
  ],
  [
    'a new role',
    (ada) =>
      deliver(ada, roleAssigned, {
        userId: ada.userId,
        assignment: { role: 'INSTRUCTOR', scope: 'COURSE', scopeId: ids.courseId },
      }),
    { template: 'role-assigned', category: 'SECURITY', mail: true },
  ],
  [
    'a copied session',
    (ada) =>
      deliver(ada, sessionRevoked, {
        userId: ada.userId,
        sessionId: newId(),
        reason: 'REFRESH_TOKEN_REUSED',
      }),
    { template: 'session-revoked', category: 'SECURITY', mail: true },
  ],
];

function importOf(ada: Person, state: 'RUNNING' | 'SUCCEEDED' | 'FAILED') {
  return { importId: newId(), requestedBy: ada.userId, state, percent: 50, courseId: null };
}

describe('people are told of', () => {
  it.each(CASES)('%s', async (_name, happen, { template, category, mail }) => {
    const ada = await room.register();
    await happen(ada);
    const { nodes } = await room.feed(ada);
    expect(nodes).toHaveLength(2);
    expect(nodes[0]).toMatchObject({ template, category });
    // The welcome is one of them.
    expect(await room.mailsTo(ada.email)).toHaveLength(mail ? 2 : 1);
  });

  it('nothing in between: steps of an import, logging out', async () => {
    const ada = await room.register();
    await deliver(ada, importUpdated, importOf(ada, 'RUNNING'));
    const { userId } = ada;
    await deliver(ada, sessionRevoked, { userId, sessionId: newId(), reason: 'LOGOUT' });
    expect((await room.feed(ada)).nodes).toHaveLength(1);
  });

  it('each thing once, also when it is told of twice or by another event', async () => {
    const ada = await room.register();
    const data = { ...enrollment(ada), completedAt: when };
    const { organizationId } = ada;
    const event = { id: newId(), aggregateId: data.enrollmentId, organizationId, data };
    await Promise.all([1, 2, 3].map(() => room.app.deliver(courseCompleted, event)));
    await room.app.deliver(courseCompleted, { ...event, id: newId() });
    expect((await room.feed(ada)).nodes.map(({ template }) => template)).toEqual([
      'course-completed',
      'welcome',
    ]);
    const mails = await room.mailsTo(ada.email);
    expect(
      mails.map(({ subject }) => String(subject)).toSorted((a, b) => a.localeCompare(b)),
    ).toEqual(['Welcome to The School', 'You completed Sailing']);
  });
});
