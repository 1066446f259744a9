import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { countOf, type OperationUsage } from '@lyceum/gateway/usage/usage-day';
import type { GraphQLSchema } from 'graphql';
import { concernsOf } from './impact.js';

export type Verdict = 'breaking' | 'dangerous' | 'safe';

/** An operation that a change would break, with who sends it. */
export interface AffectedOperation {
  readonly name: string | null;
  readonly hash: string;
  /** In a manifest: a client may send it at any time, whether it was seen lately or not. */
  readonly listed: boolean;
  readonly count: number;
  readonly clients: readonly {
    readonly client: string | null;
    readonly version: string | null;
    readonly count: number;
    /** ISO 8601. */
    readonly lastSeen: string;
  }[];
}

export interface CheckedChange {
  readonly verdict: Verdict;
  /** What it would be if everything were used. */
  readonly inPrinciple: Verdict;
  readonly change: string;
  readonly path: string | null;
  readonly operations: readonly AffectedOperation[];
}

const VERDICTS: Readonly<Record<CriticalityLevel, Verdict>> = {
  [CriticalityLevel.Breaking]: 'breaking',
  [CriticalityLevel.Dangerous]: 'dangerous',
  [CriticalityLevel.NonBreaking]: 'safe',
};
const ORDER: readonly Verdict[] = ['breaking', 'dangerous', 'safe'];

/**
 * What changes between two schemas as clients see them, worst first. A change that no known
 * operation is concerned by is safe, whatever it would be in principle.
 */
export async function checkSchema(
  current: GraphQLSchema,
  proposed: GraphQLSchema,
  operations: readonly OperationUsage[],
): Promise<CheckedChange[]> {
  const known = operations.map((operation) => ({
    operation,
    uses: new Set(operation.coordinates),
  }));
  const changes = await diff(current, proposed);
  return changes
    .map((change): CheckedChange => {
      const inPrinciple = VERDICTS[change.criticality.level];
      const concerns = concernsOf(change);
      const affected = inPrinciple === 'safe' ? [] : known.filter(({ uses }) => concerns(uses));
      return {
        verdict: affected.length > 0 ? inPrinciple : 'safe',
        inPrinciple,
        change: change.message,
        path: change.path ?? null,
        operations: affected
          .map(({ operation }) => affectedOperation(operation))
          .toSorted((a, b) => b.count - a.count || (a.name ?? '').localeCompare(b.name ?? '')),
      };
    })
    .toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
}

function affectedOperation(operation: OperationUsage): AffectedOperation {
  const { name, hash, listed, by } = operation;
  return {
    name,
    hash,
    listed,
    count: countOf(operation),
    clients: by
      .toSorted((a, b) => b.count - a.count)
      .map(({ client, version, count, lastSeen }) => {
        return { client, version, count, lastSeen: new Date(lastSeen).toISOString() };
      }),
  };
}
