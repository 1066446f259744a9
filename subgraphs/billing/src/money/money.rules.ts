import { add, dinero, toDecimal, toSnapshot } from 'dinero.js/bigint';
import * as isoCurrencies from 'dinero.js/bigint/currencies';

/** An amount in the smallest unit of its currency (ISO 4217); never a fraction. */
export interface Amount {
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** What a price may be at most, in minor units: it stays within GraphQL's Int with room to spare. */
export const MAX_PRICE_MINOR = 2_000_000_000;

type Currency = typeof isoCurrencies.EUR;

/** Not money in a shop: funds, units of account, metals. */
const NOT_FOR_SALE = new Set(['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW']);

const IN_USE = new Set(Intl.supportedValuesOf('currency'));

/** Currencies of ISO 4217 that are in use and whose smallest unit we know. */
const KNOWN: ReadonlyMap<string, Currency> = new Map<string, Currency>(
  Object.entries(isoCurrencies).filter(([code]) => IN_USE.has(code) && !NOT_FOR_SALE.has(code)),
);

/** Whether something can be priced in it, by its ISO 4217 code in capitals. */
export function isCurrency(code: string): boolean {
  return KNOWN.has(code);
}

function moneyOf({ amountMinor, currency }: Amount) {
  const known = KNOWN.get(currency);
  if (!known) throw new RangeError(`Not a currency: ${currency}`);
  return dinero({ amount: amountMinor, currency: known });
}

/**
 * The sum of amounts of one currency, exact.
 * @throws RangeError when they are of several currencies
 */
export function sum(amounts: readonly Amount[], currency: string): Amount {
  if (amounts.some((amount) => amount.currency !== currency)) {
    throw new RangeError('Amounts of several currencies cannot be added.');
  }
  const total = amounts.map(moneyOf).reduce(add, moneyOf({ amountMinor: 0n, currency }));
  return { amountMinor: toSnapshot(total).amount, currency };
}

/** As a decimal number in the currency's main unit, exact: `12.50`; `1250` for yen. */
export function decimalOf(amount: Amount): string {
  return toDecimal(moneyOf(amount));
}

/** As people write it in the locale (BCP 47), such as `€12.50`. */
export function formatAmount(amount: Amount, locale: string): string {
  const { currency } = amount;
  const decimal = decimalOf(amount);
  // Every digit that is charged: Intl by itself leaves out those that people seldom use in cash.
  const digits = decimal.split('.')[1]?.length ?? 0;
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  // Given as text, so that no digit is lost in a floating-point number.
  return format.format(decimal as `${number}`);
}

/** The lowest of some prices, by amount; among several currencies those that sort first decide. */
export function lowestPrice<P extends { amountMinor: number; currency: string }>(
  prices: readonly P[],
): P | null {
  const [first, ...others] = prices.toSorted((a, b) => a.currency.localeCompare(b.currency));
  if (!first) return null;
  return others
    .filter((price) => price.currency === first.currency)
    .reduce((low, price) => (price.amountMinor < low.amountMinor ? price : low), first);
}
