/** A receipt's number as people see it: `R-000042`. */
export function receiptNumber(number: number): string {
  return `R-${String(number).padStart(6, '0')}`;
}
