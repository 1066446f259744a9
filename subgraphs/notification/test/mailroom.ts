import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountRegistered } from '@lyceum/events/auth';
import { enrollmentCreated } from '@lyceum/events/course';
import { newId } from '@lyceum/platform/ids';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { SignedIn } from '@lyceum/platform/viewer';
import { testClock } from '@lyceum/testkit/clock';
import { eventually } from '@lyceum/testkit/eventually';
import { person } from '@lyceum/testkit/person';
import { testService } from '@lyceum/testkit/service';
import { simpleParser, type ParsedMail } from 'mailparser';
import { notificationService } from '../src/app.js';

/** The notification service with what tests of telling people need. */
export async function openMailroom(
  options: { settings?: Record<string, string>; log?: Logger } = {},
) {
  const clock = testClock('2026-03-01T22:30:00Z');
  const directory = await mkdtemp(join(tmpdir(), 'lyceum-mail-'));
  const app = await testService(notificationService, {
    settings: { MAIL_DIR: directory, MAIL_FROM: 'school@lyceum.example', ...options.settings },
    clock,
    log: options.log,
  });

  /** Someone registers, in a new organization unless told. */
  async function register(given: Partial<Profile> & { organizationId?: string } = {}) {
    const viewer = person({ organizationId: given.organizationId });
    const { userId, organizationId } = viewer;
    const { name = 'Ada', locale = 'en', timeZone = 'UTC' } = given;
    const email = given.email ?? `${userId}@people.example`;
    await app.deliver(accountRegistered, {
      aggregateId: userId,
      organizationId,
      data: {
        userId,
        email,
        name,
        locale,
        timeZone,
        organization: { id: organizationId, slug: 'school', name: 'The School', founded: false },
        roles: [],
        registeredAt: clock.now().toISOString(),
      },
    });
    return { ...viewer, email };
  }

  /** `given` as the event says; the same enrollment twice has the same id. */
  async function enroll(learner: SignedIn, courseTitle = 'Sailing', enrollmentId = newId()) {
    const data = {
      enrollmentId,
      courseId: newId(),
      courseTitle,
      learnerId: learner.userId,
      source: 'SELF' as const,
      enrolledAt: clock.now().toISOString(),
    };
    const { organizationId } = learner;
    return app.deliver(enrollmentCreated, { aggregateId: enrollmentId, organizationId, data });
  }

  interface FeedItem {
    id: string;
    title: string;
    body: string;
    category: string;
    template: string;
    locale: string;
    url: string | null;
    readAt: string | null;
    course: { id: string } | null;
    order: { id: string } | null;
  }
  interface FeedPage {
    unreadCount: number;
    nodes: FeedItem[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  }

  /** The feed of `of` (the viewer's own unless told) as the viewer sees it. */
  async function feed(
    viewer: SignedIn,
    args: { first?: number; after?: string | null; unreadOnly?: boolean; of?: SignedIn } = {},
  ): Promise<FeedPage> {
    const { first, after, unreadOnly = false, of = viewer } = args;
    const data = await app.as(viewer).ok<{ _entities: { notifications: FeedPage }[] }>(
      `query ($user: [_Any!]!, $first: Int, $after: String, $unreadOnly: Boolean!) {
         _entities(representations: $user) { ... on User {
           notifications(first: $first, after: $after, unreadOnly: $unreadOnly) {
             unreadCount pageInfo { hasNextPage endCursor }
             nodes { id title body category template locale readAt url course { id } order { id } } } } } }`,
      { user: [{ __typename: 'User', id: of.userId }], first, after, unreadOnly },
    );
    return data._entities[0]!.notifications;
  }

  /** Waits until nothing is on its way any more. */
  async function settled(): Promise<void> {
    await eventually(async () => {
      const rows = await app.sql(
        `SELECT 1 FROM delivery WHERE state = 'PENDING' AND next_try_at <= $1`,
        [clock.now()],
      );
      const leased = await app.sql(
        `SELECT 1 FROM delivery WHERE state = 'PENDING' AND failure IS NULL`,
      );
      return rows.length + leased.length === 0;
    });
  }

  /** What lies on the disk for an address, oldest first. */
  async function mailsTo(address: string): Promise<ParsedMail[]> {
    await settled();
    const names = (await readdir(directory)).toSorted();
    const mails = await Promise.all(
      names.map(async (name) => simpleParser(await readFile(join(directory, name)))),
    );
    return mails.filter((mail) => JSON.stringify(mail.to).includes(address));
  }

  // Consumers begin to run a moment after the start.
  await eventually(async () => {
    await register();
    return (await app.sql('SELECT 1 FROM recipient')).length > 0;
  });

  return {
    app,
    clock,
    directory,
    register,
    enroll,
    feed,
    settled,
    mailsTo,
    async close() {
      await app.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface Profile {
  email: string;
  name: string;
  locale: string;
  timeZone: string;
}

export type Mailroom = Awaited<ReturnType<typeof openMailroom>>;
