import { expect } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { enroll } from '../courses.js';
import type { Runs } from './run.js';
import type { School } from './school.js';

/** Somebody with a notification about the course. */
async function notified(school: School, name: string) {
  const person = await school.newcomer(name);
  await enroll(person.client, school.course.id);
  const id = await eventually(async () => {
    const { me } = await person.client.request<{
      me: { notifications: { nodes: { id: string; category: string }[] } };
    }>('{ me { notifications(first: 20) { nodes { id category } } } }');
    const about = me.notifications.nodes.find(({ category }) => category === 'LEARNING');
    expect(about).toBeDefined();
    return about!.id;
  });
  return { ...person, notificationId: id };
}

export const notifications: Runs = {
  async MyNotifications(operation, school) {
    const { client, notificationId: id } = await notified(school, 'Nina News');
    const { me } = await operation.ask<{
      me: { notifications: { unreadCount: number; nodes: unknown[] } };
    }>(client, { unreadOnly: true });
    expect(me.notifications.unreadCount).toBeGreaterThanOrEqual(1);
    expect(me.notifications.nodes).toContainEqual(
      expect.objectContaining({
        ...{ id, category: 'LEARNING', title: expect.stringContaining('Listed'), readAt: null },
        course: expect.objectContaining({ id: school.course.id, title: 'Listed' }),
      }),
    );
  },

  async MarkNotificationRead(operation, school) {
    const { client, notificationId: id } = await notified(school, 'Rob Read');
    expect(await operation.ask(client, { id })).toMatchObject({
      markNotificationRead: { id, readAt: expect.any(String) },
    });
  },

  async MarkAllNotificationsRead(operation, school) {
    const { client } = await notified(school, 'Al All');
    const { markAllNotificationsRead } = await operation.ask<{ markAllNotificationsRead: number }>(
      client,
    );
    expect(markAllNotificationsRead).toBeGreaterThanOrEqual(1);
  },

  async SetNotificationPreference(operation, { newcomer }) {
    const { client } = await newcomer('Quentin Quiet');
    const input = { category: 'LEARNING', channel: 'EMAIL', enabled: false };
    const answered = await eventually(() => operation.ask(client, { input }));
    expect(JSON.stringify(answered)).toContain(
      '"category":"LEARNING","channel":"EMAIL","enabled":false',
    );
  },

  async NotificationReceived(operation, { newcomer, course }) {
    const { client } = await newcomer('Liv Live');
    const live = await operation.listen<{ notificationReceived: { category: string } }>(client);
    await enroll(client, course.id);
    const heard = await live.until(
      'the notification',
      ({ notificationReceived }) => notificationReceived.category === 'LEARNING',
    );
    live.close();
    expect(heard.notificationReceived).toMatchObject({
      title: expect.stringContaining('Listed'),
      course: { id: course.id, title: 'Listed' },
    });
  },
};
