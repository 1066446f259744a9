/**
 * Makes the Prisma clients: `npm run generate [service…]`. Plain Node, because setup runs it before
 * anything else works. A client whose schema has not changed since is left alone; `--force` makes it again.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const schemaOf = (service) => join(root, 'prisma', service, 'schema.prisma');
const generatedOf = (service) => join(root, 'subgraphs', service, 'generated');

/** Every service that has a Prisma schema. */
export function services() {
  return readdirSync(join(root, 'prisma'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(schemaOf(entry.name)))
    .map((entry) => entry.name)
    .toSorted();
}

/** The services whose client is missing or was made from another schema or by another Prisma. */
export function staleServices(names = services()) {
  return names.filter((service) => readStamp(service) !== fingerprint(service));
}

function fingerprint(service) {
  const version = readFileSync(join(root, 'node_modules/prisma/package.json'), 'utf8');
  return createHash('sha256')
    .update(JSON.parse(version).version)
    .update(readFileSync(schemaOf(service)))
    .digest('hex');
}

function readStamp(service) {
  try {
    return readFileSync(join(generatedOf(service), '.stamp'), 'utf8');
  } catch {
    return undefined;
  }
}

/** Two at a time; rejects with Prisma's own message when a schema is wrong. */
export async function generate(names, onDone = () => {}) {
  const queue = [...names];
  const worker = async () => {
    for (let service = queue.shift(); service; service = queue.shift()) {
      await generateOne(service);
      onDone(service);
    }
  };
  await Promise.all([worker(), worker()]);
}

function generateOne(service) {
  const stamp = fingerprint(service);
  rmSync(generatedOf(service), { recursive: true, force: true });
  const args = ['node_modules/prisma/build/index.js', 'generate', '--schema', schemaOf(service)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: {
        ...process.env,
        // Generating does not use the schema engine, but Prisma downloads it unless told where one is.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) {
        reject(new Error(`Prisma cannot generate the client of ${service}:\n${output.trim()}`));
        return;
      }
      mkdirSync(generatedOf(service), { recursive: true });
      writeFileSync(join(generatedOf(service), '.stamp'), stamp);
      resolve(undefined);
    });
  });
}

async function main() {
  const args = process.argv.slice(2);
  const named = args.filter((argument) => !argument.startsWith('-'));
  const unknown = named.filter((service) => !existsSync(schemaOf(service)));
  if (unknown.length > 0) throw new Error(`No prisma/${unknown[0]}/schema.prisma`);
  const wanted = named.length > 0 ? named : services();
  const stale = args.includes('--force') ? wanted : staleServices(wanted);
  if (args.includes('--check')) {
    if (stale.length > 0) throw new Error(`Stale Prisma clients: ${stale.join(', ')}`);
    return;
  }
  if (stale.length === 0) console.log('Prisma clients are up to date.');
  await generate(stale, (service) => console.log(`Prisma client of ${service} generated.`));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
