import type { RequestContext } from '@lyceum/platform/context';
import { keyset, pageOf, type Page, type PageRequest } from '@lyceum/platform/pagination';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { SignedIn } from '@lyceum/platform/viewer';
import type {
  Order as OrderRow,
  Prisma,
  Receipt as ReceiptRow,
} from '../../generated/prisma/client.js';
import type { OrderStatus } from '../../generated/prisma/enums.js';
import type { BillingDatabase } from '../database.js';

// UUIDv7: the order of the ids is the order of making.
const NEWEST_FIRST = [['id', 'desc', 'id']] as const;

export class OrderLoaders {
  constructor(private readonly database: BillingDatabase) {}

  readonly receiptsOfOrders = async (
    orderIds: readonly string[],
    { viewer }: RequestContext,
  ): Promise<(ReceiptRow | null)[]> => {
    const rows = await this.database
      .of(requireSignedIn(viewer))
      .receipt.findMany({ where: { orderId: { in: [...orderIds] } } });
    const byOrder = new Map(rows.map((row) => [row.orderId, row]));
    return orderIds.map((orderId) => byOrder.get(orderId) ?? null);
  };

  /** A page of orders, of one buyer or of the whole organization. */
  async page(
    viewer: SignedIn,
    request: PageRequest,
    where: { buyerId?: string; status?: OrderStatus | null },
  ): Promise<Page<OrderRow>> {
    const { where: after, orderBy, take } = keyset(request, NEWEST_FIRST);
    const { buyerId, status } = where;
    const rows = await this.database.of(viewer).order.findMany({
      where: { AND: [after as Prisma.OrderWhereInput, { buyerId, status: status ?? undefined }] },
      orderBy,
      take,
    });
    return pageOf(request, rows, ({ id }) => [id]);
  }
}
