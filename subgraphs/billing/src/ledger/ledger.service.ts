import { newId } from '@lyceum/platform/ids';
import type { SignedIn } from '@lyceum/platform/viewer';
import type { BillingDatabase, BillingTransaction } from '../database.js';
import type { Amount } from '../money/money.rules.js';
import type { LedgerAccountKind } from '../../generated/prisma/enums.js';
import type { PostingLine } from './ledger.rules.js';

/** An account and what its postings add up to: debits positive, credits negative. */
export interface AccountBalance {
  readonly kind: LedgerAccountKind;
  readonly balance: Amount;
}

export class LedgerService {
  constructor(private readonly database: BillingDatabase) {}

  /** Enters one fact, in the transaction of the change that it stands for; the database checks that it balances. */
  async enter(
    tx: BillingTransaction,
    entry: {
      organizationId: string;
      source: string;
      orderId: string;
      occurredAt: Date;
      lines: readonly PostingLine[];
    },
  ): Promise<void> {
    const { organizationId, source, orderId, occurredAt, lines } = entry;
    await tx.prisma.ledgerAccount.createMany({
      data: lines.map(({ account, currency }) => ({
        id: newId(),
        organizationId,
        kind: account,
        currency,
      })),
      skipDuplicates: true,
    });
    const accounts = await tx.prisma.ledgerAccount.findMany({
      where: { currency: { in: lines.map(({ currency }) => currency) } },
    });
    const entryId = newId();
    await tx.prisma.journalEntry.createMany({
      data: [
        { id: entryId, organizationId, source, orderId, postingCount: lines.length, occurredAt },
      ],
    });
    await tx.prisma.posting.createMany({
      data: lines.map(({ account, currency, amountMinor }) => ({
        id: newId(),
        organizationId,
        entryId,
        accountId: accounts.find((a) => a.kind === account && a.currency === currency)!.id,
        currency,
        amountMinor,
      })),
    });
  }

  /** The accounts of the viewer's organization, in a steady order. */
  async balances(viewer: SignedIn): Promise<AccountBalance[]> {
    const database = this.database.of(viewer);
    const [accounts, sums] = await Promise.all([
      database.ledgerAccount.findMany({ orderBy: [{ currency: 'asc' }, { kind: 'asc' }] }),
      database.posting.groupBy({ by: ['accountId'], _sum: { amountMinor: true } }),
    ]);
    const sumOf = new Map(sums.map((row) => [row.accountId, row._sum.amountMinor ?? 0n]));
    return accounts.map(({ id, kind, currency }) => ({
      kind,
      balance: { amountMinor: sumOf.get(id) ?? 0n, currency },
    }));
  }
}
