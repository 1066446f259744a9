import type { AffectedOperation, CheckedChange, Verdict } from './check.js';

const MOST_OPERATIONS = 10;
const MOST_CLIENTS = 5;

/** The verdicts for a person to read, worst first. */
export function reportOf(
  changes: readonly CheckedChange[],
  { days, others }: { days: number; others: number },
): string {
  if (changes.length === 0) return 'Nothing changes for clients.';
  const lines = changes.flatMap((change) => [
    `${change.verdict.toUpperCase().padEnd(9)}  ${change.change}`,
    ...(change.verdict === 'safe' && change.inPrinciple !== 'safe'
      ? [`           ${change.inPrinciple} in principle, but nothing uses it`]
      : []),
    ...operationLines(change.operations),
  ]);
  const count = (verdict: Verdict): number =>
    changes.filter((change) => change.verdict === verdict).length;
  lines.push(
    '',
    `${count('breaking')} breaking, ${count('dangerous')} dangerous, ${count('safe')} safe: ` +
      `by the manifests and what was used in the last ${days} days.`,
  );
  if (others > 0) {
    lines.push(
      `${others} requests were of operations too many to be kept: what they use is unknown.`,
    );
  }
  return lines.join('\n');
}

function operationLines(operations: readonly AffectedOperation[]): string[] {
  const lines = operations.slice(0, MOST_OPERATIONS).flatMap((operation) => {
    const { name, hash, listed, count, clients } = operation;
    const seen = count > 0 ? `${count} times` : 'not seen';
    const head = `${name ?? 'without a name'} (${hash.slice(0, 8)}${listed ? ', in a manifest' : ''})`;
    return [
      `           ${head}: ${seen}`,
      ...clients.slice(0, MOST_CLIENTS).map((entry) => {
        const who = entry.client ?? 'a client without a name';
        const version = entry.version ? ` ${entry.version}` : '';
        return `             ${who}${version}: ${entry.count} times, last ${entry.lastSeen}`;
      }),
      ...more(clients.length - MOST_CLIENTS, 'clients'),
    ];
  });
  return [...lines, ...more(operations.length - MOST_OPERATIONS, 'operations')];
}

function more(count: number, what: string): string[] {
  return count > 0 ? [`           and ${count} more ${what}`] : [];
}
