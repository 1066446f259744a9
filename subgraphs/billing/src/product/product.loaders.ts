import type { RequestContext } from '@lyceum/platform/context';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { BillingDatabase } from '../database.js';
import type { Course, Offer } from './product.types.js';

export class ProductLoaders {
  constructor(private readonly database: BillingDatabase) {}

  /** What each course can be bought for now, cheapest first within a currency. */
  readonly offersOfCourses = async (
    courseIds: readonly string[],
    { viewer }: RequestContext,
  ): Promise<Offer[][]> => {
    const database = this.database.of(requireSignedIn(viewer));
    const opened = await database.productCourse.findMany({
      where: { courseId: { in: [...courseIds] } },
    });
    if (opened.length === 0) return courseIds.map(() => []);
    const prices = await database.price.findMany({
      where: { productId: { in: opened.map(({ productId }) => productId) }, retiredAt: null },
      orderBy: [{ currency: 'asc' }, { amountMinor: 'asc' }, { id: 'asc' }],
    });
    return courseIds.map((courseId) => {
      const products = new Set(
        opened.filter((row) => row.courseId === courseId).map(({ productId }) => productId),
      );
      return prices
        .filter(({ productId }) => products.has(productId))
        .map(({ id, productId, amountMinor, currency }) => ({
          id,
          productId,
          price: { amountMinor, currency },
        }));
    });
  };

  readonly coursesOfProducts = async (
    productIds: readonly string[],
    { viewer }: RequestContext,
  ): Promise<Course[][]> => {
    const rows = await this.database
      .of(requireSignedIn(viewer))
      .productCourse.findMany({ where: { productId: { in: [...productIds] } } });
    return productIds.map((productId) =>
      rows.filter((row) => row.productId === productId).map(({ courseId }) => ({ id: courseId })),
    );
  };
}
