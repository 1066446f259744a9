import { dinero, toDecimal } from 'dinero.js/bigint';
import * as isoCurrencies from 'dinero.js/bigint/currencies';

const CURRENCIES = new Map<string, typeof isoCurrencies.EUR>(Object.entries(isoCurrencies));

/**
 * An amount as people of the locale write it, such as `€12.50`.
 * @param money in the currency's smallest unit
 */
export function formatMoney(
  money: { amountMinor: number; currency: string },
  locale: string,
): string {
  const currency = CURRENCIES.get(money.currency);
  if (!currency) throw new RangeError(`Not a currency: ${money.currency}`);
  const decimal = toDecimal(dinero({ amount: BigInt(money.amountMinor), currency }));
  const digits = Number(currency.exponent);
  const format = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: money.currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return format.format(decimal as `${number}`);
}
