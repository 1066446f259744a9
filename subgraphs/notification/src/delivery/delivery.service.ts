import type { Clock } from '@lyceum/platform/clock';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { Delivery, Notification, Recipient } from '../../generated/prisma/client.js';
import type { NotificationDatabase } from '../database.js';
import { destinationOf, readLink, settingsAddress, type Site } from '../link/link.rules.js';
import { isCritical, isEnabled } from '../preference/preference.rules.js';
import { oneLine } from '../template/template.rules.js';
import type { TemplateData, TemplateService } from '../template/template.service.js';
import {
  failureCode,
  isMailAddress,
  isPermanent,
  MAX_TRIES,
  retryDelayMs,
  type MailFailure,
} from './delivery.rules.js';
import type { MailTransport } from './mail-transport.js';

const BATCH = 20;
const AT_ONCE = 4;
/** A mail being sent is left alone for so long; then its sender must have died. */
const LEASE_MS = 60_000;

const REASON = 'Mail of all organizations leaves through one job.';

interface Due {
  readonly delivery: Delivery;
  readonly notification: Notification;
  readonly recipient: Recipient;
  readonly wanted: boolean;
}

/** Sends what is due. Its own retries aside, each mail leaves once. */
export class DeliveryService {
  constructor(
    private readonly database: NotificationDatabase,
    private readonly templates: () => TemplateService,
    private readonly transport: MailTransport,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly site: Site,
  ) {}

  /** Until nothing is due any more. A job. */
  async sendDue(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const claimed = await this.#claim();
      if (claimed.length === 0) return;
      const due = await this.#gather(claimed);
      for (let i = 0; i < due.length; i += AT_ONCE) {
        await Promise.all(due.slice(i, i + AT_ONCE).map((one) => this.#deliver(one)));
      }
    }
  }

  /** Takes some of the due deliveries, so that no other sender takes them as well. */
  async #claim(): Promise<string[]> {
    const now = this.clock.now();
    const leasedUntil = new Date(now.getTime() + LEASE_MS);
    const rows = await this.database.acrossOrganizations(REASON).$queryRaw<{ id: string }[]>`
      UPDATE delivery SET tries = tries + 1, next_try_at = ${leasedUntil}::timestamptz
       WHERE id IN (SELECT id FROM delivery WHERE state = 'PENDING' AND next_try_at <= ${now}::timestamptz
                     ORDER BY next_try_at, id LIMIT ${BATCH}::int FOR UPDATE SKIP LOCKED)
      RETURNING id`;
    return rows.map(({ id }) => id);
  }

  async #gather(ids: readonly string[]): Promise<Due[]> {
    const database = this.database.acrossOrganizations(REASON);
    const deliveries = await database.delivery.findMany({
      where: { id: { in: [...ids] } },
      orderBy: { id: 'asc' },
    });
    const notifications = await database.notification.findMany({
      where: { id: { in: deliveries.map((delivery) => delivery.notificationId) } },
    });
    const userIds = notifications.map((notification) => notification.recipientId);
    const [recipients, preferences] = await Promise.all([
      database.recipient.findMany({ where: { userId: { in: userIds } } }),
      database.notificationPreference.findMany({
        where: { userId: { in: userIds }, channel: 'EMAIL' },
      }),
    ]);
    return deliveries.map((delivery) => {
      const notification = notifications.find(({ id }) => id === delivery.notificationId)!;
      const { recipientId, category } = notification;
      const chosen = preferences.find(
        (row) => row.userId === recipientId && row.category === category,
      );
      return {
        delivery,
        notification,
        recipient: recipients.find(({ userId }) => userId === recipientId)!,
        wanted: isEnabled(category, 'EMAIL', chosen?.enabled),
      };
    });
  }

  async #deliver({ delivery, notification, recipient, wanted }: Due): Promise<void> {
    const { id, tries } = delivery;
    if (!wanted) return this.#update(id, { state: 'SUPPRESSED' });
    if (!isMailAddress(recipient.email)) {
      return this.#update(id, { state: 'FAILED', failure: 'BAD_ADDRESS' });
    }
    try {
      const data = notification.data as TemplateData;
      const text = await this.templates().mail(notification.template, data, recipient, {
        ...destinationOf(readLink(notification.link), this.site),
        // Nothing to choose where a category is heard of in any case.
        settingsUrl: isCritical(notification.category) ? null : settingsAddress(this.site),
      });
      const to = { name: oneLine(recipient.name), address: recipient.email };
      await this.transport.send({ id, to, date: notification.createdAt, ...text });
    } catch (error) {
      const failure = (error ?? {}) as MailFailure;
      const given = failureCode(failure);
      const final = isPermanent(failure) || tries >= MAX_TRIES;
      // Neither the error's text nor the address: both name people.
      const logged = { deliveryId: id, template: notification.template, tries, failure: given };
      this.log.warn(logged, final ? 'mail given up' : 'mail not sent, tried again later');
      const nextTryAt = new Date(this.clock.now().getTime() + retryDelayMs(tries));
      return this.#update(
        id,
        final ? { state: 'FAILED', failure: given } : { failure: given, nextTryAt },
      );
    }
    return this.#update(id, { state: 'SENT', sentAt: this.clock.now(), failure: null });
  }

  async #update(id: string, data: Partial<Delivery>): Promise<void> {
    await this.database
      .acrossOrganizations(REASON)
      .delivery.updateMany({ where: { id, state: 'PENDING' }, data });
  }
}
