import { orderPaid as paid } from '@lyceum/events/billing';
import { workflow } from './workflow.js';

export const orderPaid = workflow(paid, {
  category: 'BILLING',
  template: 'order-paid',
  message: ({ data }) => ({
    recipientId: data.buyerId,
    dedupeKey: data.orderId,
    data: {
      productName: data.productName,
      total: data.total,
      receiptNumber: data.receiptNumber,
      paidAt: data.paidAt,
    },
    link: { page: 'order', of: data.orderId },
    orderId: data.orderId,
    ...(data.courseIds.length === 1 ? { courseId: data.courseIds[0] } : {}),
  }),
});
