/**
 * What clients ask for, by operation and client, as gateways recorded it.
 *   npm run usage -- [--days 30] [--json]
 */
import { parseArgs } from 'node:util';
import { percentile } from '@lyceum/gateway/usage/durations';
import type { Usage } from '@lyceum/gateway/usage/usage-day';
import { readUsage } from '@lyceum/gateway/usage/usage-report';
import { table } from '../bench/table.js';
import { runCommand, UsageError } from './service-database.js';
import { openUsage } from './usage/open-usage.js';

const HEAD = ['operation', 'kind', 'hash', 'client', 'count', 'errors', 'p50', 'p95', 'last seen'];

function rowsOf(usage: Usage) {
  return usage.operations
    .flatMap(({ name, kind, hash, listed, by }) =>
      by.map(({ client, version, count, errors, lastSeen, durations }) => ({
        operation: name,
        kind,
        hash,
        listed,
        client,
        version,
        count,
        errors,
        p50Ms: percentile(durations, 0.5),
        p95Ms: percentile(durations, 0.95),
        lastSeen: new Date(lastSeen).toISOString(),
      })),
    )
    .toSorted((a, b) => b.count - a.count);
}

const milliseconds = (value: number | null): string =>
  value === null ? '' : `${value.toFixed(1)} ms`;

await runCommand(async () => {
  const { values } = parseArgs({
    options: { days: { type: 'string', default: '30' }, json: { type: 'boolean', default: false } },
  });
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1) throw new UsageError('--days is a whole number');
  const store = openUsage();
  try {
    const usage = await readUsage(store, { days, now: Date.now() });
    const rows = rowsOf(usage);
    if (values.json) {
      console.log(JSON.stringify({ days, operations: rows, others: usage.others }, null, 2));
      return;
    }
    if (rows.length === 0) console.log(`Nothing was recorded in the last ${days} days.`);
    else {
      const lines = rows.map((row) => [
        row.operation ?? 'without a name',
        row.kind,
        row.hash.slice(0, 8),
        [row.client ?? 'without a name', row.version ?? ''].join(' ').trim(),
        String(row.count),
        String(row.errors),
        milliseconds(row.p50Ms),
        milliseconds(row.p95Ms),
        row.lastSeen,
      ]);
      console.log(table(HEAD, lines));
    }
    if (usage.others > 0)
      console.log(`\nOperations too many to be kept: ${usage.others} requests.`);
  } finally {
    await store.close();
  }
});
