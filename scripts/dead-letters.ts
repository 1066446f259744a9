/**
 * Events that a service could not handle and set aside.
 *   npm run dead-letters -- list <service> [--all]       those that wait for a decision, or all
 *   npm run dead-letters -- show <service> <id>          the event and why it failed
 *   npm run dead-letters -- replay <service> <id|--all>  the running service tries them again
 *   npm run dead-letters -- discard <service> <id|--all> they are not to take effect
 */
import { isId } from '@lyceum/platform/ids';
import type pg from 'pg';
import { connectTo, runCommand, serviceNamed, UsageError } from './service-database.js';

interface DeadLetter {
  id: string;
  type: string;
  aggregate_id: string;
  event: unknown;
  error: string;
  attempts: number;
  failed_at: Date;
  state: string;
}

const USAGE = 'Usage: npm run dead-letters -- list|show|replay|discard <service> [id|--all]';
const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function list(client: pg.Client, all: boolean): Promise<void> {
  const { rows } = await client.query<DeadLetter>(
    `SELECT * FROM dead_letter WHERE $1::boolean OR state IN ('FAILED', 'REPLAY') ORDER BY failed_at, id LIMIT 1000`,
    [all],
  );
  if (rows.length === 0) print('None.');
  for (const { id, type, aggregate_id, error, attempts, failed_at, state } of rows) {
    print(`${id}  ${state.padEnd(9)}  ${failed_at.toISOString()}  ${type} of ${aggregate_id}`);
    print(`    after ${attempts} tries: ${error.split('\n')[0]}`);
  }
}

async function show(client: pg.Client, id: string): Promise<void> {
  const { rows } = await client.query<DeadLetter>('SELECT * FROM dead_letter WHERE id = $1', [id]);
  const [found] = rows;
  if (!found) throw new UsageError(`There is no dead letter ${id}`);
  print(JSON.stringify(found.event, null, 2));
  print(`\n${found.state}, ${found.attempts} tries, last ${found.failed_at.toISOString()}`);
  print(found.error);
}

/** Only those that failed: what is done stays done. */
async function decide(client: pg.Client, state: string, id: string | null): Promise<void> {
  const result = await client.query(
    `UPDATE dead_letter SET state = $1 WHERE state = 'FAILED' AND ($2::uuid IS NULL OR id = $2)`,
    [state, id],
  );
  if (id && result.rowCount === 0) throw new UsageError(`There is no failed dead letter ${id}`);
  const what = state === 'REPLAY' ? 'to be tried again by the running service' : 'discarded';
  print(`${result.rowCount} ${what}.`);
}

await runCommand(async () => {
  const [action = '', name, selection] = process.argv.slice(2);
  if (!['list', 'show', 'replay', 'discard'].includes(action)) throw new UsageError(USAGE);
  const service = serviceNamed(name);
  const all = selection === '--all';
  if (selection !== undefined && !all && !isId(selection)) {
    throw new UsageError(`Not an id: ${selection}`);
  }
  if (action !== 'list' && !selection) throw new UsageError(USAGE);
  const client = await connectTo(service);
  try {
    if (action === 'list') await list(client, all);
    else if (action === 'show' && selection && !all) await show(client, selection);
    else if (action === 'replay') await decide(client, 'REPLAY', all ? null : selection!);
    else if (action === 'discard') await decide(client, 'DISCARDED', all ? null : selection!);
    else throw new UsageError(USAGE);
  } finally {
    await client.end();
  }
});
