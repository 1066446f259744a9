import { evaluateNumber } from './number-expression.rules.js';

export interface NumberRange {
  /** Both inclusive. */
  minimum: number;
  maximum: number;
}

/** Open edX accepts this much, relative to the answer, where the author gives no tolerance. */
const DEFAULT_TOLERANCE = '0.001%';

/**
 * The range of numbers that an answer accepts.
 *
 * @param answer a number or expression, or an interval such as `[1,5)`: a round parenthesis excludes
 * its end, which is told by the neighboring double
 * @param tolerance absolute, or in percent of the answer (`5%`); empty for the default
 * @returns null when the answer is neither
 */
export function acceptedRange(answer: string, tolerance: string): NumberRange | null {
  const interval = /^\s*([[(])\s*([^,]+),\s*([^,]+?)\s*([\])])\s*$/.exec(answer);
  if (interval) {
    const [, open, low = '', high = '', close] = interval;
    const from = evaluateNumber(low);
    const to = evaluateNumber(high);
    if (from === null || to === null) return null;
    const range = {
      minimum: open === '(' ? neighbor(from, 1) : from,
      maximum: close === ')' ? neighbor(to, -1) : to,
    };
    return range.minimum <= range.maximum ? range : null;
  }
  const value = evaluateNumber(answer);
  if (value === null) return null;
  const margin = marginOf(tolerance.trim() || DEFAULT_TOLERANCE, value);
  return margin === null ? null : { minimum: value - margin, maximum: value + margin };
}

function marginOf(tolerance: string, value: number): number | null {
  const percent = tolerance.endsWith('%');
  const amount = evaluateNumber(percent ? tolerance.slice(0, -1) : tolerance);
  if (amount === null || amount < 0) return null;
  return percent ? (Math.abs(value) * amount) / 100 : amount;
}

/** The next double above (1) or below (-1). */
function neighbor(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const step = value > 0 === direction > 0 ? 1n : -1n;
  view.setBigInt64(0, view.getBigInt64(0) + step);
  return view.getFloat64(0);
}

/** The texts of an attribute like `('Red','Blue, dark')`, as Python writes a tuple; also plain `Red, Blue`. */
export function listOfOptions(text: string): string[] {
  const quoted = [...text.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map((match) =>
    (match[1] ?? match[2] ?? '').replaceAll(/\\(.)/g, '$1'),
  );
  const options = quoted.length > 0 ? quoted : text.replace(/^\s*[([]|[)\]]\s*$/g, '').split(',');
  return options.map((option) => option.trim()).filter((option) => option !== '');
}
