/** PROVIDER_CLEARING: what the payment provider owes the organization. REVENUE: what it has earned. */
export type LedgerAccountKind = 'PROVIDER_CLEARING' | 'REVENUE';

/** One side of an entry, in minor units: debits are positive, credits negative. */
export interface PostingLine {
  readonly account: LedgerAccountKind;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** An order was paid: the provider owes us the amount, and it is earned. */
export function postingsOfPaidOrder(order: {
  amountMinor: number;
  currency: string;
}): readonly PostingLine[] {
  const amountMinor = BigInt(order.amountMinor);
  const { currency } = order;
  return [
    { account: 'PROVIDER_CLEARING', currency, amountMinor },
    { account: 'REVENUE', currency, amountMinor: -amountMinor },
  ];
}

/** Whether debits equal credits in each currency. */
export function isBalanced(lines: readonly PostingLine[]): boolean {
  const totals = new Map<string, bigint>();
  for (const { currency, amountMinor } of lines) {
    totals.set(currency, (totals.get(currency) ?? 0n) + amountMinor);
  }
  return [...totals.values()].every((total) => total === 0n);
}
