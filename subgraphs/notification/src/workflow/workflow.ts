import type { EventDefinition } from '@lyceum/events/define';
import type { EventEnvelope } from '@lyceum/events/envelope';
import { on } from '@lyceum/platform/consumers';
import type { NotificationCategory } from '../../generated/prisma/enums.js';
import type { NotificationConsumer, NotificationTransaction } from '../database.js';
import type { Link } from '../link/link.rules.js';
import type { TemplateData } from '../template/template.service.js';

/** Whom to tell what. */
export interface Message {
  readonly recipientId: string;
  /** What makes it the same message when the same thing is told of twice. */
  readonly dedupeKey: string;
  /** What the template is filled with. */
  readonly data: TemplateData;
  /** The page to open next. */
  readonly link: Link;
  readonly courseId?: string;
  readonly orderId?: string;
  /** False for what is worth a line in the feed, not an e-mail. */
  readonly email?: boolean;
  /** Where an event has several outcomes: the template of this one. */
  readonly template?: string;
}

/** One reason to tell someone something: which event, whom, and by which template. */
export interface Workflow {
  readonly category: NotificationCategory;
  readonly template: string;
  consumer(tell: Tell): NotificationConsumer;
}

export type Tell = (
  tx: NotificationTransaction,
  event: EventEnvelope,
  message: Message & { category: NotificationCategory; template: string },
) => Promise<void>;

/** @param message what an event says to whom; null when it says nothing to anyone */
export function workflow<T>(
  definition: EventDefinition<T>,
  options: {
    category: NotificationCategory;
    template: string;
    message: (event: EventEnvelope<T>) => Message | null;
  },
): Workflow {
  const { category, template } = options;
  return {
    category,
    template,
    consumer: (tell) =>
      on(definition, async (event, tx) => {
        const message = options.message(event);
        if (message) await tell(tx, event, { category, template, ...message });
      }),
  };
}
