/**
 * What another supergraph would break, by what clients use.
 *   npm run check -- <proposed supergraph> [--days 30] [--json] [--current schema/supergraph.graphql]
 * Exits with 1 when something known would break.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadSupergraph } from '@lyceum/gateway/graph/supergraph';
import { mergeUsage } from '@lyceum/gateway/usage/usage-day';
import { readUsage } from '@lyceum/gateway/usage/usage-report';
import { projectPath } from '@lyceum/platform/project-path';
import type { GraphQLSchema } from 'graphql';
import { checkSchema } from './schema-check/check.js';
import { listedOperations } from './schema-check/listed-operations.js';
import { reportOf } from './schema-check/report.js';
import { runCommand, UsageError } from './service-database.js';
import { openUsage } from './usage/open-usage.js';

async function apiSchemaOf(file: string): Promise<GraphQLSchema> {
  let sdl: string;
  try {
    sdl = await readFile(file, 'utf8');
  } catch {
    throw new UsageError(`${file} cannot be read`);
  }
  try {
    return loadSupergraph(sdl).apiSchema;
  } catch (error) {
    throw new UsageError(`${file} is not a supergraph: ${(error as Error).message}`);
  }
}

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      days: { type: 'string', default: '30' },
      json: { type: 'boolean', default: false },
      current: { type: 'string', default: projectPath('schema', 'supergraph.graphql') },
    },
  });
  const [file, ...rest] = positionals;
  const days = Number(values.days);
  if (file === undefined || rest.length > 0 || !Number.isInteger(days) || days < 1) {
    throw new UsageError('Usage: npm run check -- <proposed supergraph> [--days 30] [--json]');
  }
  const current = await apiSchemaOf(values.current);
  const proposed = await apiSchemaOf(file);
  const store = openUsage();
  const recorded = await readUsage(store, { days, now: Date.now() }).finally(() => store.close());
  const directory = process.env['OPERATIONS_DIR'] || projectPath('schema/operations/manifests');
  const listed = await listedOperations(directory, current);
  const { operations } = mergeUsage([recorded, { operations: listed, others: 0 }]);
  const changes = await checkSchema(current, proposed, operations);
  const { others } = recorded;
  console.log(
    values.json
      ? JSON.stringify({ days, others, changes }, null, 2)
      : reportOf(changes, { days, others }),
  );
  if (changes.some(({ verdict }) => verdict === 'breaking')) process.exitCode = 1;
});
