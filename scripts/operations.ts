/**
 * `npm run operations`: lists the operations of the first-party frontends in a manifest, as Apollo
 * Client sends them, after checking each against the supergraph.
 * With `--check` nothing is written: it fails when the file is not what it would write.
 */
import { existsSync, readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatePersistedQueryManifest } from '@apollo/generate-persisted-query-manifest';
import { loadSupergraph } from '@lyceum/gateway/graph/supergraph';
import { readManifest } from '@lyceum/gateway/persisted/manifest';
import { projectPath } from '@lyceum/platform/project-path';
import { parse, validate } from 'graphql';

const SOURCES = 'schema/operations/first-party';
const FILE = 'schema/operations/manifests/first-party.json';

// The tool ends the process by itself, with a report, when a source cannot be read.
const manifest = await generatePersistedQueryManifest(
  { documents: projectPath(SOURCES, '**/*.graphql') },
  undefined,
);
const content = `${JSON.stringify(manifest, null, 2)}\n`;
const { operations } = readManifest('first-party.json', content);

const { apiSchema } = loadSupergraph(
  readFileSync(projectPath('schema', 'supergraph.graphql'), 'utf8'),
);
const problems = operations.flatMap(({ name, body }) =>
  validate(apiSchema, parse(body)).map(({ message }) => `${name}: ${message}`),
);

const path = projectPath(FILE);
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 1;
} else if (!existsSync(path) || readFileSync(path, 'utf8') !== content) {
  if (process.argv.includes('--check')) {
    process.stderr.write(`${FILE} is not up to date: run npm run operations, and commit it.\n`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    process.stdout.write(`Written: ${FILE}, ${operations.length} operations\n`);
  }
}
