import type { RequestContext } from '@lyceum/platform/context';
import { isId } from '@lyceum/platform/ids';
import { notFound } from '@lyceum/platform/errors';
import { pageRequest, type Page } from '@lyceum/platform/pagination';
import { can, requireSignedIn } from '@lyceum/platform/permissions';
import {
  Arg,
  Args,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Order as OrderRow } from '../../generated/prisma/client.js';
import { Course } from '../product/product.types.js';
import { receiptNumber } from '../receipt/receipt.rules.js';
import type { OrderLoaders } from './order.loaders.js';
import type { OrderService } from './order.service.js';
import {
  Checkout,
  Order,
  OrderArgs,
  OrderConnection,
  Receipt,
  StartCheckoutInput,
  User,
} from './order.types.js';

@Resolver(() => Order)
export class OrderResolver {
  constructor(
    private readonly orders: OrderService,
    private readonly loaders: OrderLoaders,
  ) {}

  @Query(() => Order, {
    nullable: true,
    description: 'An order of your own, or of anyone with `billing:read`; null if there is none.',
  })
  async order(
    @Arg('id', () => ID, { description: 'Of the order.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<OrderRow | null> {
    const viewer = requireSignedIn(context.viewer);
    return isId(id) ? this.orders.byId(viewer, id) : null;
  }

  @Directive('@cost(weight: 50)')
  @Mutation(() => Checkout, {
    description:
      'Starts buying. While the order is pending, the same offer gives the same order again. CONFLICT with the reason ALREADY_ENTITLED when you have it already, COURSE_NOT_PUBLISHED before its course is published, NOT_ON_SALE while its course is archived.',
  })
  async startCheckout(
    @Arg('input', () => StartCheckoutInput, { description: 'What to buy.' })
    input: StartCheckoutInput,
    @Ctx() context: RequestContext,
  ) {
    const viewer = requireSignedIn(context.viewer);
    if (!isId(input.offerId)) throw notFound('Offer');
    return this.orders.startCheckout(viewer, input.offerId);
  }

  @Mutation(() => Order, {
    description: 'Gives up an order of your own that is still pending (else CONFLICT).',
  })
  async cancelOrder(
    @Arg('id', () => ID, { description: 'Of the order.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<OrderRow> {
    const viewer = requireSignedIn(context.viewer);
    if (!isId(id)) throw notFound('Order');
    return this.orders.cancel(viewer, id);
  }

  @FieldResolver()
  total(@Root() order: OrderRow): Order['total'] {
    return { amountMinor: order.amountMinor, currency: order.currency };
  }

  @FieldResolver(() => User, { description: 'Who buys.' })
  buyer(@Root() order: OrderRow): User {
    return { id: order.buyerId };
  }

  @FieldResolver(() => [Course], { description: 'The courses that it opens once paid.' })
  courses(@Root() order: OrderRow): Course[] {
    return order.courseIds.map((id) => ({ id }));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Where to pay; null unless it is your own and pending.',
  })
  paymentUrl(@Root() order: OrderRow, @Ctx() context: RequestContext): string | null {
    const own = requireSignedIn(context.viewer).userId === order.buyerId;
    return own && order.status === 'PENDING' ? order.paymentUrl : null;
  }

  @FieldResolver(() => Receipt, { nullable: true, description: 'Null until it is paid.' })
  async receipt(@Root() order: OrderRow, @Ctx() context: RequestContext): Promise<Receipt | null> {
    if (order.status !== 'PAID') return null;
    const row = await context.loader(this.loaders.receiptsOfOrders).load(order.id);
    return (
      row && {
        number: receiptNumber(row.number),
        issuedAt: row.issuedAt,
        productName: order.productName,
        total: this.total(order),
      }
    );
  }
}

@Resolver(() => User)
export class UserPurchasesResolver {
  constructor(private readonly loaders: OrderLoaders) {}

  @FieldResolver(() => OrderConnection, {
    nullable: true,
    description: 'Their orders, newest first; null unless your own, or with `billing:read`.',
  })
  async purchases(
    @Root() user: User,
    @Args(() => OrderArgs) args: OrderArgs,
    @Ctx() context: RequestContext,
  ): Promise<Page<OrderRow> | null> {
    const viewer = requireSignedIn(context.viewer);
    if (user.id !== viewer.userId && !can(viewer, 'billing:read')) return null;
    const where = { buyerId: user.id, status: args.status };
    return this.loaders.page(viewer, pageRequest(args), where);
  }
}
