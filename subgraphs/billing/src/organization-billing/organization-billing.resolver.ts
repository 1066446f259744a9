import type { RequestContext } from '@lyceum/platform/context';
import { pageRequest, type Page } from '@lyceum/platform/pagination';
import { can, requireSignedIn } from '@lyceum/platform/permissions';
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Order as OrderRow } from '../../generated/prisma/client.js';
import type { AccountBalance, LedgerService } from '../ledger/ledger.service.js';
import { type MoneyTotal, totalOf } from '../money/money-total.types.js';
import type { OrderLoaders } from '../order/order.loaders.js';
import { OrderArgs, OrderConnection } from '../order/order.types.js';
import {
  type LedgerAccount,
  Organization,
  OrganizationBilling,
} from './organization-billing.types.js';

@Resolver(() => Organization)
export class OrganizationBillingFieldResolver {
  @FieldResolver(() => OrganizationBilling, {
    nullable: true,
    description: 'Its business; null without `billing:read` in it.',
  })
  billing(@Root() organization: Organization, @Ctx() context: RequestContext): object | null {
    const { viewer } = context;
    return can(viewer, 'billing:read') && viewer.organizationId === organization.id ? {} : null;
  }
}

/** Reached through `Organization.billing` alone, which has checked the permission. */
@Resolver(() => OrganizationBilling)
export class OrganizationBillingResolver {
  constructor(
    private readonly ledgers: LedgerService,
    private readonly orderLoaders: OrderLoaders,
  ) {}

  /** Once a request, whichever fields ask. */
  readonly #balances = async (
    keys: readonly 'balances'[],
    { viewer }: RequestContext,
  ): Promise<AccountBalance[][]> => {
    const balances = await this.ledgers.balances(requireSignedIn(viewer));
    return keys.map(() => balances);
  };

  @FieldResolver()
  async revenue(@Ctx() context: RequestContext): Promise<MoneyTotal[]> {
    const balances = await context.loader(this.#balances).load('balances');
    return balances
      .filter(({ kind }) => kind === 'REVENUE')
      .map(({ balance: { amountMinor, currency } }) =>
        // Revenue is a credit account: what was earned stands there as a negative balance.
        totalOf({ amountMinor: -amountMinor, currency }),
      );
  }

  @FieldResolver()
  async ledger(@Ctx() context: RequestContext): Promise<LedgerAccount[]> {
    const balances = await context.loader(this.#balances).load('balances');
    return balances.map(({ kind, balance }) => ({ kind, balance: totalOf(balance) }));
  }

  @FieldResolver(() => OrderConnection, { description: 'All orders, newest first.' })
  async orders(
    @Args(() => OrderArgs) args: OrderArgs,
    @Ctx() context: RequestContext,
  ): Promise<Page<OrderRow>> {
    const viewer = requireSignedIn(context.viewer);
    return this.orderLoaders.page(viewer, pageRequest(args), { status: args.status });
  }
}
