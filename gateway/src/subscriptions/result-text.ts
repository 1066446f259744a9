import type { PublicResult } from '../pipeline/operations.js';

const texts = new WeakMap<PublicResult, string>();

/** As JSON. Subscribers of the same are told the same, so it is written out once for all of them. */
export function textOf(result: PublicResult): string {
  let text = texts.get(result);
  if (text === undefined) texts.set(result, (text = JSON.stringify(result)));
  return text;
}
