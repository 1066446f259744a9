import type { Clock } from '@lyceum/platform/clock';
import { conflict, LyceumError, notFound } from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import { can } from '@lyceum/platform/permissions';
import type { Logger } from '@lyceum/platform/telemetry/logger';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { Order as OrderRow } from '../../generated/prisma/client.js';
import type { BillingDatabase, BillingTransaction } from '../database.js';
import type { PaymentProvider } from '../payment/payment-provider.js';
import type { ProductService } from '../product/product.service.js';
import { isOpen } from './order.rules.js';

export class OrderService {
  constructor(
    private readonly database: BillingDatabase,
    private readonly products: ProductService,
    /** Null when this platform sells nothing. */
    private readonly provider: PaymentProvider | null,
    private readonly clock: Clock,
    private readonly log: Logger,
    private readonly checkoutExpiresMs: number,
  ) {}

  /**
   * The viewer's open order for an offer, made if need be, with its payment page.
   * @throws NOT_FOUND, CONFLICT (ALREADY_ENTITLED, COURSE_NOT_PUBLISHED, NOT_ON_SALE) or PAYMENT_FAILED
   */
  async startCheckout(viewer: SignedIn, offerId: string) {
    const price = await this.products.currentPrice(viewer, offerId);
    if (!price) throw notFound('Offer');
    const provider = this.provider;
    if (!provider) throw new LyceumError('PAYMENT_FAILED', 'No payment provider is set up.');
    const product = await this.products.productForSale(viewer, price.productId);
    const { name } = product;
    if (name === null) {
      throw conflict('COURSE_NOT_PUBLISHED', 'This cannot be bought before it is published.');
    }
    if (!product.onSale) {
      throw conflict('NOT_ON_SALE', 'This is not sold any more: its course is archived.');
    }
    const order = await this.database.transaction(viewer, async (tx) => {
      await this.#refuseEntitled(tx, viewer, product.courseIds);
      const now = this.clock.now();
      const kept = await this.#closeUnfit(tx, viewer, product.id, price.id, now);
      if (kept) return kept;
      await tx.prisma.order.createMany({
        data: [
          {
            id: newId(),
            organizationId: viewer.organizationId,
            buyerId: viewer.userId,
            productId: product.id,
            priceId: price.id,
            productName: name,
            courseIds: [...product.courseIds],
            amountMinor: price.amountMinor,
            currency: price.currency,
            provider: provider.name,
            createdAt: now,
            expiresAt: new Date(now.getTime() + this.checkoutExpiresMs),
          },
        ],
        // The same click twice: the other one's order is waited for, and taken.
        skipDuplicates: true,
      });
      return tx.prisma.order.findFirstOrThrow({
        where: { buyerId: viewer.userId, productId: product.id, status: 'PENDING' },
      });
    });
    return this.#withPaymentPage(viewer, order, provider);
  }

  async byId(viewer: SignedIn, id: string): Promise<OrderRow | null> {
    const order = await this.database.of(viewer).order.findUnique({ where: { id } });
    return order && this.#maySee(viewer, order) ? order : null;
  }

  /**
   * Gives up one's own order.
   * @throws NOT_FOUND, or CONFLICT (ORDER_CLOSED) when it is not pending any more
   */
  async cancel(viewer: SignedIn, id: string): Promise<OrderRow> {
    return this.database.transaction(viewer, async (tx) => {
      const { count } = await tx.prisma.order.updateMany({
        where: { id, buyerId: viewer.userId, status: 'PENDING' },
        data: { status: 'CANCELLED' },
      });
      const order = await tx.prisma.order.findUnique({ where: { id } });
      if (!order || order.buyerId !== viewer.userId) throw notFound('Order');
      if (count === 0) throw conflict('ORDER_CLOSED', 'The order is not pending any more.');
      return order;
    });
  }

  /** Ends what was not paid in time; run by a job. */
  async expire(): Promise<number> {
    const { count } = await this.database
      .acrossOrganizations('Orders of all organizations run out of time.')
      .order.updateMany({
        where: { status: 'PENDING', expiresAt: { lte: this.clock.now() } },
        data: { status: 'EXPIRED' },
      });
    return count;
  }

  #maySee(viewer: SignedIn, order: OrderRow): boolean {
    return order.buyerId === viewer.userId || can(viewer, 'billing:read');
  }

  async #refuseEntitled(
    tx: BillingTransaction,
    viewer: SignedIn,
    courseIds: readonly string[],
  ): Promise<void> {
    const held = await tx.prisma.entitlement.findMany({
      where: { holderId: viewer.userId, courseId: { in: [...courseIds] } },
      select: { courseId: true },
    });
    const open = new Set(held.map(({ courseId }) => courseId));
    if (courseIds.every((courseId) => open.has(courseId))) {
      throw conflict('ALREADY_ENTITLED', 'You have bought this already.');
    }
  }

  /** Closes a pending order that is too old, or for another price; returns the one to go on with. */
  async #closeUnfit(
    tx: BillingTransaction,
    viewer: SignedIn,
    productId: string,
    priceId: string,
    now: Date,
  ): Promise<OrderRow | null> {
    const pending = await tx.prisma.order.findFirst({
      where: { buyerId: viewer.userId, productId, status: 'PENDING' },
    });
    if (!pending) return null;
    const open = isOpen(pending, now);
    if (open && pending.priceId === priceId) return pending;
    await tx.prisma.order.updateMany({
      where: { id: pending.id, status: 'PENDING' },
      data: { status: open ? 'CANCELLED' : 'EXPIRED' },
    });
    return null;
  }

  /** Outside the transaction: the provider may be slow. Asked again after a crash in between. */
  async #withPaymentPage(viewer: SignedIn, order: OrderRow, provider: PaymentProvider) {
    if (order.paymentUrl) return { order, paymentUrl: order.paymentUrl };
    try {
      const { reference, paymentUrl } = await provider.createCheckout(order);
      await this.database.of(viewer).order.updateMany({
        where: { id: order.id, providerReference: null },
        data: { providerReference: reference, paymentUrl },
      });
    } catch (error) {
      this.log.error({ err: error, orderId: order.id }, 'the payment provider made no checkout');
      throw new LyceumError('PAYMENT_FAILED', 'The payment provider does not answer; try again.');
    }
    const stored = await this.database.of(viewer).order.findUniqueOrThrow({
      where: { id: order.id },
    });
    return { order: stored, paymentUrl: stored.paymentUrl! };
  }
}
