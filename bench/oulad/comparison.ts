import { table } from '../table.js';
import { MEASURES, type Measure, type Sums, type Totals } from './totals.js';

/** What one place says; measures it does not know are left empty. */
export interface Source {
  readonly name: string;
  readonly totals: Totals;
  readonly measures: readonly Measure[];
}

export interface Comparison {
  readonly text: string;
  readonly equal: boolean;
}

const EXAMPLES = 5;

/** Compares, key by key, what each source says with what the file says. */
export function compare(expected: Totals, sources: readonly Source[]): Comparison {
  const differences: string[] = [];
  const rows = (Object.keys(MEASURES) as Measure[]).map((measure) => {
    const wanted = expected[measure];
    let equal = true;
    const cells = sources.map((source) => {
      if (!source.measures.includes(measure)) return '';
      const found = source.totals[measure];
      const different = keysThatDiffer(wanted, found);
      if (different.length > 0) equal = false;
      for (const key of different.slice(0, EXAMPLES)) {
        differences.push(
          `${source.name}, ${MEASURES[measure]}: ${key} is ${found.get(key) ?? 0} instead of ${wanted.get(key) ?? 0}`,
        );
      }
      return different.length === 0
        ? count(sumOf(found))
        : `${count(sumOf(found))} (${different.length} differ)`;
    });
    return [
      MEASURES[measure],
      count(wanted.size),
      count(sumOf(wanted)),
      ...cells,
      equal ? 'yes' : 'NO',
    ];
  });
  const head = ['', 'cells', 'file', ...sources.map(({ name }) => name), 'equal'];
  return {
    text: [table(head, rows), ...differences].join('\n'),
    equal: differences.length === 0,
  };
}

/** What is not there counts as 0. */
function keysThatDiffer(wanted: Sums, found: Sums): string[] {
  return [...new Set([...wanted.keys(), ...found.keys()])].filter(
    (key) => (wanted.get(key) ?? 0) !== (found.get(key) ?? 0),
  );
}

const sumOf = (sums: Sums): number => [...sums.values()].reduce((sum, value) => sum + value, 0);

export const count = (value: number): string => value.toLocaleString('en-US');
