import type { RequestContext } from '@lyceum/platform/context';
import { parseInput } from '@lyceum/platform/input';
import { requirePermission } from '@lyceum/platform/permissions';
import { Arg, Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { z } from 'zod';
import type { ProductLoaders } from './product.loaders.js';
import type { ProductService } from './product.service.js';
import { Course, Offer, Product, SetCoursePriceInput } from './product.types.js';

const coursePrice = z.object({
  courseId: z.uuid(),
  amountMinor: z.int().nullish().default(null),
  currency: z.string().nullish().default(null),
});

@Resolver(() => Course)
export class CourseOffersResolver {
  constructor(
    private readonly products: ProductService,
    private readonly loaders: ProductLoaders,
  ) {}

  @Mutation(() => Course, {
    description:
      'Sets what a course costs; without an amount it becomes free. Orders made before keep their price. Takes `offer:manage`.',
  })
  async setCoursePrice(
    @Arg('input', () => SetCoursePriceInput, { description: 'The course and its price.' })
    input: SetCoursePriceInput,
    @Ctx() context: RequestContext,
  ): Promise<Course> {
    const price = parseInput(coursePrice, input);
    const viewer = requirePermission(context.viewer, 'offer:manage', price);
    await this.products.setCoursePrice(viewer, price);
    return { id: price.courseId };
  }

  @Directive('@listSize(assumedSize: 1)')
  @FieldResolver(() => [Offer], {
    description: 'What the course can be bought for now; empty when it is free.',
  })
  offers(@Root() course: Course, @Ctx() context: RequestContext): Promise<Offer[]> {
    return context.loader(this.loaders.offersOfCourses).load(course.id);
  }
}

@Resolver(() => Offer)
export class OfferResolver {
  @FieldResolver(() => Product, { description: 'What is bought.' })
  product(@Root() offer: Offer): Pick<Product, 'id'> {
    return { id: offer.productId };
  }
}

@Resolver(() => Product)
export class ProductResolver {
  constructor(private readonly loaders: ProductLoaders) {}

  @FieldResolver(() => [Course], { description: 'The courses one may enroll in after paying.' })
  courses(@Root() product: Product, @Ctx() context: RequestContext): Promise<Course[]> {
    return context.loader(this.loaders.coursesOfProducts).load(product.id);
  }
}
