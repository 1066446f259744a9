import { offersChanged } from '@lyceum/events/billing';
import type { Clock } from '@lyceum/platform/clock';
import { badInput } from '@lyceum/platform/errors';
import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import { settle } from '@lyceum/platform/settle';
import type { KnownCourse, Price } from '../../generated/prisma/client.js';
import type { BillingDatabase, BillingTransaction } from '../database.js';
import { isCurrency, lowestPrice, MAX_PRICE_MINOR } from '../money/money.rules.js';

export interface CoursePrice {
  courseId: string;
  amountMinor: number | null;
  currency: string | null;
}

/** A product with what is needed to sell it. */
export interface ProductForSale {
  readonly id: string;
  /** Null until its course is published: only then does it have a name. */
  readonly name: string | null;
  /** False when its course is archived. */
  readonly onSale: boolean;
  readonly courseIds: readonly string[];
}

export class ProductService {
  constructor(
    private readonly database: BillingDatabase,
    private readonly clock: Clock,
  ) {}

  /**
   * Sets what a course costs in one currency, or takes the price away (in every currency, when
   * none is named). The course may still be a draft, so that it is never free by accident; drafts
   * are not known here, so the id is taken as it is.
   */
  async setCoursePrice(viewer: SignedIn, wanted: CoursePrice): Promise<void> {
    const { courseId, amountMinor, currency } = wanted;
    requireSellable(amountMinor, currency);
    const { organizationId } = viewer;
    await this.database.transaction(viewer, async (tx) => {
      const productId = await this.#productOf(tx, organizationId, courseId);
      const current = await tx.prisma.price.findMany({
        where: { productId, retiredAt: null, ...(currency ? { currency } : {}) },
      });
      if (current.some((price) => price.amountMinor === amountMinor)) return;
      if (current.length === 0 && amountMinor === null) return;
      const now = this.clock.now();
      await tx.prisma.price.updateMany({
        where: { id: { in: current.map(({ id }) => id) } },
        data: { retiredAt: now },
      });
      if (amountMinor !== null && currency) {
        await tx.prisma.price.createMany({
          data: [
            {
              id: newId(),
              organizationId,
              productId,
              amountMinor,
              currency,
              createdAt: now,
              createdBy: viewer.userId,
            },
          ],
        });
      }
      const prices = await tx.prisma.price.findMany({ where: { productId, retiredAt: null } });
      const lowest = lowestPrice(prices);
      tx.record(offersChanged, {
        aggregateId: courseId,
        data: {
          courseId,
          paymentRequired: prices.length > 0,
          lowestPrice: lowest && { amountMinor: lowest.amountMinor, currency: lowest.currency },
        },
      });
    });
  }

  /** The current price of that id, null when there is none (any more). */
  async currentPrice(viewer: SignedIn, priceId: string): Promise<Price | null> {
    return this.database.of(viewer).price.findFirst({ where: { id: priceId, retiredAt: null } });
  }

  async productForSale(viewer: SignedIn, productId: string): Promise<ProductForSale> {
    const database = this.database.of(viewer);
    const [product, courses] = await Promise.all([
      database.product.findUniqueOrThrow({ where: { id: productId } }),
      database.productCourse.findMany({ where: { productId }, select: { courseId: true } }),
    ]);
    const known = await settle([product.courseId], (ids) => this.#named(viewer, ids));
    const course = known.get(product.courseId);
    return {
      id: product.id,
      name: course?.title ?? null,
      onSale: course?.status === 'PUBLISHED',
      courseIds: courses.map(({ courseId }) => courseId),
    };
  }

  async #named(viewer: SignedIn, courseIds: readonly string[]): Promise<Map<string, KnownCourse>> {
    const rows = await this.database.of(viewer).knownCourse.findMany({
      where: { courseId: { in: [...courseIds] }, status: { not: 'DRAFT' } },
    });
    return new Map(rows.map((course) => [course.courseId, course]));
  }

  /** The product of a course, made if need be, its row locked so that prices change one after the other. */
  async #productOf(
    tx: BillingTransaction,
    organizationId: string,
    courseId: string,
  ): Promise<string> {
    const made = await tx.prisma.product.createMany({
      data: [{ id: newId(), organizationId, courseId, createdAt: this.clock.now() }],
      skipDuplicates: true,
    });
    const [product] = await tx.prisma.$queryRaw<{ id: string }[]>`
      SELECT id FROM product
       WHERE organization_id = ${organizationId}::uuid AND course_id = ${courseId}::uuid FOR UPDATE`;
    const productId = product!.id;
    if (made.count > 0) {
      await tx.prisma.productCourse.createMany({ data: [{ organizationId, productId, courseId }] });
    }
    return productId;
  }
}

function requireSellable(amountMinor: number | null, currency: string | null): void {
  if (currency !== null && !isCurrency(currency)) {
    throw badInput(['input', 'currency'], 'UNKNOWN_CURRENCY', 'Not a currency of ISO 4217.');
  }
  if (amountMinor === null) return;
  if (currency === null) {
    throw badInput(['input', 'currency'], 'REQUIRED', 'A price needs a currency.');
  }
  if (!Number.isInteger(amountMinor) || amountMinor < 1 || amountMinor > MAX_PRICE_MINOR) {
    const message = `A price is between 1 and ${MAX_PRICE_MINOR}; null makes the course free.`;
    throw badInput(['input', 'amountMinor'], 'OUT_OF_RANGE', message);
  }
}
