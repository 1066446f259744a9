import { z } from 'zod';
import { defineEvent, id, money, time } from './define.js';

export const offersChanged = defineEvent(
  'billing.offers.changed.v1',
  'What a course costs was set or changed; without an active price it is free again. The aggregate is the course.',
  z.object({ courseId: id, paymentRequired: z.boolean(), lowestPrice: money.nullable() }),
);

export const orderPaid = defineEvent(
  'billing.order.paid.v1',
  'An order was paid in full.',
  z.object({
    orderId: id,
    buyerId: id,
    productName: z.string(),
    courseIds: z.array(id),
    total: money,
    receiptNumber: z.string(),
    paidAt: time,
  }),
);

export const entitlementGranted = defineEvent(
  'billing.entitlement.granted.v1',
  'A person may enroll in a course from now on, because they (or someone for them) paid.',
  z.object({ entitlementId: id, holderId: id, courseId: id, orderId: id, grantedAt: time }),
);
