/**
 * `npm run build`: bundles our own code into dist/, one entry for each program; what npm installed stays
 * outside. `buildIfStale()` does it only when a source has changed.
 */
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { isBuiltin } from 'node:module';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withProgress } from './progress.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
// Decorators want reflect-metadata before anything else; in a chunk only its own first import is sure to
// come first.
const BANNER = `import 'reflect-metadata'; import { createRequire as createRequire_ } from 'node:module'; const require = createRequire_(import.meta.url);`;
const TARGET = 'node20';
const SOURCES = ['packages', 'subgraphs', 'gateway', 'standalone', 'scripts'];

/** The programs, by where they go in dist/. Those whose source does not exist are left out. */
function entries() {
  const subgraphs = readdirSync(join(root, 'subgraphs'));
  const candidates = {
    'standalone/main': 'standalone/src/main.ts',
    'distributed/main': 'standalone/src/distributed/main.ts',
    'gateway/main': 'gateway/src/main.ts',
    'scripts/migrate': 'scripts/migrate.ts',
    ...Object.fromEntries(
      subgraphs.map((name) => [`${name}/main`, `subgraphs/${name}/src/main.ts`]),
    ),
  };
  return Object.fromEntries(
    Object.entries(candidates).filter(([, source]) => existsSync(join(root, source))),
  );
}

/**
 * Imports of our packages are followed into their sources. Other packages stay imports where dist/ would
 * find the same one; a workspace's own version of a package, which dist/ cannot see, is bundled.
 */
function resolution() {
  const folders = new Map();
  for (const name of readdirSync(join(root, 'packages'))) folders.set(name, `packages/${name}`);
  for (const name of readdirSync(join(root, 'subgraphs'))) folders.set(name, `subgraphs/${name}`);
  for (const name of ['gateway', 'standalone']) folders.set(name, name);
  return {
    name: 'resolution',
    setup(bundler) {
      bundler.onResolve({ filter: /^@lyceum\// }, ({ path }) => {
        const [, name, ...rest] = path.split('/');
        const folder = folders.get(name);
        if (!folder) return { errors: [{ text: `There is no package @lyceum/${name}` }] };
        return { path: join(root, folder, 'src', `${rest.join('/')}.ts`) };
      });
      bundler.onResolve({ filter: /^[^./]/ }, ({ path, kind, resolveDir }) => {
        if (kind === 'entry-point' || path.startsWith('@lyceum/')) return undefined;
        return isSharedPackage(path, resolveDir) ? { path, external: true } : undefined;
      });
    },
  };
}

function isSharedPackage(path, importer) {
  if (isBuiltin(path)) return true;
  const name = path.split('/', path.startsWith('@') ? 2 : 1).join('/');
  for (let folder = importer; folder.startsWith(root); folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules', name))) return folder === root;
  }
  return true;
}

/**
 * GraphQL types are named after their classes, of which a bundle renames those that several services
 * have, such as User. Elsewhere names are left to the bundler: to keep them, every function that is
 * made would be given its name while it works.
 */
function namesOfTypes() {
  const tsconfigRaw = readFileSync(join(root, 'tsconfig.json'), 'utf8');
  return {
    name: 'names-of-types',
    setup(bundler) {
      bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        if (!source.includes("from 'type-graphql'")) return undefined;
        const { code } = await bundler.esbuild.transform(source, {
          ...{ loader: 'ts', target: TARGET, tsconfigRaw, keepNames: true },
          ...{ sourcefile: path, sourcemap: 'inline', sourcesContent: false },
        });
        return { contents: code, loader: 'js' };
      });
    },
  };
}

/** How every program is bundled; also those that measure, so that they measure what is shipped. */
export function bundling() {
  return {
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: TARGET,
    // Named, because files that a plugin finds are not otherwise under any.
    tsconfig: join(root, 'tsconfig.json'),
    plugins: [resolution(), namesOfTypes()],
    // For CommonJS among the bundled packages.
    banner: { js: BANNER },
    chunkNames: 'chunks/[name]-[hash]',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'error',
  };
}

export async function build() {
  const stamp = fingerprint();
  const outdir = `${dist}.${process.pid}`;
  const { build: bundle } = await import('esbuild');
  try {
    await bundle({ ...bundling(), entryPoints: entries(), outdir });
    const { buildExplorerIfStale } = await import('../gateway/explorer/build.mjs');
    await buildExplorerIfStale();
    cpSync(join(root, 'gateway/explorer/dist'), join(outdir, 'explorer'), { recursive: true });
    writeFileSync(join(outdir, '.stamp'), stamp);
    // Changed as a whole, so that nobody starts half a build.
    rmSync(dist, { recursive: true, force: true });
    renameSync(outdir, dist);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export async function buildIfStale() {
  const stamp = join(dist, '.stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint()) return;
  await withProgress(() => 'Building', build);
}

/** Of every source by name, size and time, which takes some milliseconds. */
function fingerprint() {
  const hash = createHash('sha256');
  const add = (path) => {
    const { size, mtimeMs } = statSync(path);
    hash.update(`${relative(root, path)} ${size} ${mtimeMs}\n`);
  };
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name === 'dist') continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/\.(tsx?|json|css|mjs|html)$/.test(entry.name) && !entry.name.endsWith('.test.ts'))
        add(path);
    }
  };
  for (const folder of SOURCES) walk(join(root, folder));
  for (const file of ['package-lock.json', 'tsconfig.json', 'scripts/build.mjs'])
    add(join(root, file));
  return hash.digest('hex');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { runMain, setup } = await import('./setup.mjs');
  await runMain(async () => {
    await setup();
    await withProgress(() => 'Building', build);
  });
}
