import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountRegistered } from '@lyceum/events/auth';
import { profileUpdated } from '@lyceum/events/user';
import { notificationCreated } from '@lyceum/events/notification';
import { person } from '@lyceum/testkit/person';
import { openMailroom, type Mailroom } from '../../test/mailroom.js';

let room: Mailroom;
beforeAll(async () => {
  room = await openMailroom();
});
afterAll(() => room.close());

const READ = `mutation ($id: ID!) { markNotificationRead(id: $id) { id readAt } }`;
const READ_ALL = `mutation { markAllNotificationsRead }`;
const RECEIVED = `subscription { notificationReceived { id title category course { id } } }`;

describe('the feed', () => {
  it('has what one was told, newest first, page by page', async () => {
    const ada = await room.register();
    for (const title of ['One', 'Two', 'Three']) await room.enroll(ada, title);
    const first = await room.feed(ada, { first: 3 });
    expect(first.nodes.map(({ title }) => title)).toEqual([
      'You are enrolled in Three',
      'You are enrolled in Two',
      'You are enrolled in One',
    ]);
    expect(first).toMatchObject({ unreadCount: 4, pageInfo: { hasNextPage: true } });
    const second = await room.feed(ada, { first: 3, after: first.pageInfo.endCursor });
    expect(second.nodes).toMatchObject([{ template: 'welcome', title: 'Welcome to The School' }]);
    expect(second.pageInfo.hasNextPage).toBe(false);
  });

  it('speaks the language of its reader, from the moment it changes', async () => {
    const ada = await room.register({ locale: 'de-CH' });
    expect((await room.feed(ada)).nodes[0]).toMatchObject({
      title: 'Willkommen bei The School',
      locale: 'de',
    });
    await room.app.deliver(profileUpdated, {
      aggregateId: ada.userId,
      organizationId: ada.organizationId,
      data: { userId: ada.userId, name: 'Ada', locale: 'en', timeZone: 'UTC' },
    });
    await room.enroll(ada);
    expect((await room.feed(ada, { first: 1 })).nodes[0]).toMatchObject({ locale: 'en' });
  });

  it('knows what was read', async () => {
    const ada = await room.register();
    await room.enroll(ada);
    await room.enroll(ada);
    const [newest] = (await room.feed(ada)).nodes;
    const { markNotificationRead } = await room.app
      .as(ada)
      .ok<{ markNotificationRead: { readAt: string } }>(READ, { id: newest!.id });
    expect(markNotificationRead.readAt).toBe(room.clock.now().toISOString());
    // A second time it stays as it was.
    room.clock.advance(1000);
    expect(await room.app.as(ada).ok(READ, { id: newest!.id })).toEqual({ markNotificationRead });
    const unread = await room.feed(ada, { unreadOnly: true });
    expect(unread.unreadCount).toBe(2);
    expect(unread.nodes).toHaveLength(2);
    expect(await room.app.as(ada).ok(READ_ALL)).toEqual({ markAllNotificationsRead: 2 });
    expect(await room.app.as(ada).ok(READ_ALL)).toEqual({ markAllNotificationsRead: 0 });
    expect(await room.feed(ada)).toMatchObject({ unreadCount: 0 });
  });

  it("is one's own alone, whatever one's role", async () => {
    const ada = await room.register();
    const { organizationId } = ada;
    const [welcome] = (await room.feed(ada)).nodes;
    const others = [
      person({ organizationId }),
      person({ organizationId, roles: ['ORGANIZATION_ADMIN', 'PLATFORM_ADMIN'] }),
      person({ roles: ['ORGANIZATION_ADMIN'] }),
      // The same id, seen from another organization.
      person({ userId: ada.userId }),
    ];
    for (const other of others) {
      const seen = await room.feed(other, { of: ada });
      if (other.userId === ada.userId) expect(seen).toMatchObject({ nodes: [], unreadCount: 0 });
      else expect(seen).toBeNull();
      expect(await room.app.as(other).refusal(READ, { id: welcome!.id })).toBe('NOT_FOUND');
      await room.app.as(other).ok(READ_ALL);
      const entity = `query ($n: [_Any!]!) { _entities(representations: $n) { ... on Notification { title } } }`;
      const n = [{ __typename: 'Notification', id: welcome!.id }];
      expect(await room.app.as(other).ok(entity, { n })).toEqual({ _entities: [null] });
    }
    expect(await room.feed(ada)).toMatchObject({ unreadCount: 1 });
    expect(await room.app.as({ kind: 'anonymous' }).refusal(READ_ALL)).toBe('UNAUTHENTICATED');
  });

  it('costs the same number of statements for one notification and for twenty', async () => {
    const ada = await room.register();
    const cost = async () => {
      const counts: number[] = [];
      // The least of a few runs, as relay and jobs run statements of their own.
      for (let run = 0; run < 4; run++) {
        counts.push(await room.app.statements(() => room.feed(ada)));
      }
      return Math.min(...counts);
    };
    const one = await cost();
    for (let i = 0; i < 19; i++) await room.enroll(ada);
    await room.settled();
    expect(await cost()).toBe(one);
    expect(one).toBe(2);
  });
});

describe('the subscription', () => {
  it('delivers to the recipient, and nothing to anyone else', async () => {
    const ada = await room.register();
    const enrollment = await room.enroll(ada, 'Sailing');
    const event = (await room.app.published(notificationCreated)).findLast(
      ({ data }) => data.recipientId === ada.userId,
    )!;
    const { data } = await room.app.as(ada).onEvent(RECEIVED, event);
    expect(data).toMatchObject({
      notificationReceived: {
        title: 'You are enrolled in Sailing',
        category: 'LEARNING',
        course: { id: enrollment.data.courseId },
      },
    });
    const other = person({ organizationId: ada.organizationId });
    expect(await room.app.as(other).onEvent(RECEIVED, event)).toEqual({
      extensions: { skip: true },
    });
  });
});

describe('preferences', () => {
  const SET = `mutation ($input: SetNotificationPreferenceInput!) {
    setNotificationPreference(input: $input) { category channel enabled critical } }`;

  it('are there for every category and channel', async () => {
    const ada = await room.register();
    const ALL = `query ($user: [_Any!]!) { _entities(representations: $user) { ... on User {
      notificationPreferences { category channel enabled critical } } } }`;
    const read = async (viewer: typeof ada | ReturnType<typeof person>) => {
      const user = [{ __typename: 'User', id: ada.userId }];
      const data = await room.app
        .as(viewer)
        .ok<{ _entities: { notificationPreferences: { enabled: boolean }[] | null }[] }>(ALL, {
          user,
        });
      return data._entities[0]!.notificationPreferences;
    };
    expect(await read(ada)).toHaveLength(12);
    expect((await read(ada))!.filter(({ enabled }) => !enabled)).toEqual([
      { category: 'AUTHORING', channel: 'EMAIL', enabled: false, critical: false },
    ]);
    expect(await read(person({ organizationId: ada.organizationId }))).toBeNull();
  });

  it('keep the feed clear of what one does not want, and the event away', async () => {
    const ada = await room.register();
    const input = { category: 'LEARNING', channel: 'IN_APP', enabled: false };
    await room.app.as(ada).ok(SET, { input });
    await room.enroll(ada);
    expect((await room.feed(ada)).nodes.map(({ template }) => template)).toEqual(['welcome']);
    const events = await room.app.published(notificationCreated);
    expect(events.filter(({ data }) => data.recipientId === ada.userId)).toHaveLength(1);
    // The other channel has its own switch.
    expect(await room.mailsTo(ada.email)).toHaveLength(2);
    await room.app.as(ada).ok(SET, { input: { ...input, enabled: true } });
    await room.enroll(ada);
    expect((await room.feed(ada)).nodes).toHaveLength(2);
  });

  it.each(['SECURITY', 'BILLING'])('do not switch %s off', async (category) => {
    const ada = await room.register();
    for (const channel of ['IN_APP', 'EMAIL']) {
      const input = { category, channel, enabled: false };
      const { errors } = await room.app.as(ada).query(SET, { input });
      expect(errors?.[0]?.extensions).toMatchObject({
        code: 'CONFLICT',
        reason: 'CRITICAL_CATEGORY',
      });
    }
  });
});

describe('someone who is not known yet', () => {
  it('is told once their registration has arrived', async () => {
    const ada = person();
    const enrolling = room.enroll(ada, 'Early');
    // About the same person, but of another service: the registration does not queue behind it.
    const renaming = room.app.deliver(profileUpdated, {
      aggregateId: ada.userId,
      organizationId: ada.organizationId,
      data: { userId: ada.userId, name: 'Countess', locale: 'de', timeZone: 'UTC' },
    });
    await room.register({ organizationId: ada.organizationId });
    // The events are tried again with growing delays; meanwhile the registration comes.
    await room.app.deliver(accountRegistered, {
      aggregateId: ada.userId,
      organizationId: ada.organizationId,
      data: {
        userId: ada.userId,
        email: `${ada.userId}@people.example`,
        name: 'Ada',
        locale: 'en',
        timeZone: 'UTC',
        organization: { id: ada.organizationId, slug: 's', name: 'S', founded: false },
        roles: [],
        registeredAt: room.clock.now().toISOString(),
      },
    });
    await Promise.all([enrolling, renaming]);
    expect(await room.app.sql('SELECT id FROM dead_letter')).toEqual([]);
    const titles = (await room.feed(ada)).nodes.map(({ title }) => title);
    expect(titles.toSorted()).toHaveLength(2);
  });
});
