/**
 * Bundles the explorer (GraphiQL with its editor and the editor's workers) into gateway/explorer/dist, so
 * that the gateway serves all of it and nothing comes from elsewhere.
 *
 *     node gateway/explorer/build.mjs      builds when a source or a package has changed
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);
const dist = join(here, 'dist');
const PUBLIC_PATH = '/explorer/assets';
const PACKAGES = ['graphiql', '@graphiql/react', 'graphql-ws', 'react', 'react-dom'];
const WORKERS = {
  EDITOR_WORKER: 'monaco-editor/esm/vs/editor/editor.worker.js',
  JSON_WORKER: 'monaco-editor/esm/vs/language/json/json.worker.js',
  GRAPHQL_WORKER: 'monaco-graphql/esm/graphql.worker.js',
};

/** Takes some seconds; nothing when what is there is of the same sources. */
export async function buildExplorerIfStale() {
  const stamp = fingerprint();
  const stampFile = join(dist, '.stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  const outdir = `${dist}.${process.pid}`;
  try {
    await buildInto(outdir);
    writeFileSync(join(outdir, '.stamp'), stamp);
    rmSync(dist, { recursive: true, force: true });
    renameSync(outdir, dist);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

async function buildInto(outdir) {
  const { build } = await import('esbuild');
  const common = {
    absWorkingDir: here,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: ['es2022'],
    outdir: join(outdir, 'assets'),
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    publicPath: PUBLIC_PATH,
    loader: { '.ttf': 'file', '.woff': 'file', '.woff2': 'file', '.svg': 'dataurl' },
    define: { 'process.env.NODE_ENV': '"production"' },
    metafile: true,
    legalComments: 'none',
    logLevel: 'error',
  };
  const workers = await build({
    ...common,
    entryPoints: Object.values(WORKERS).map((path) => require.resolve(path)),
  });
  const urls = Object.entries(WORKERS).map(([name, path]) => {
    const source = basename(path);
    const [output] = Object.entries(workers.metafile.outputs).find(([, { entryPoint }]) =>
      entryPoint?.endsWith(source),
    );
    return [name, JSON.stringify(`${PUBLIC_PATH}/${basename(output)}`)];
  });
  const page = await build({
    ...common,
    entryPoints: ['src/main.tsx'],
    define: { ...common.define, ...Object.fromEntries(urls) },
    jsx: 'automatic',
  });
  const outputs = Object.keys(page.metafile.outputs).map((path) => basename(path));
  const script = outputs.find((name) => name.startsWith('main-') && name.endsWith('.js'));
  const style = outputs.find((name) => name.startsWith('main-') && name.endsWith('.css'));
  const html = readFileSync(join(here, 'src', 'index.html'), 'utf8')
    .replace('{{script}}', `${PUBLIC_PATH}/${script}`)
    .replace('{{style}}', `${PUBLIC_PATH}/${style}`);
  writeFileSync(join(outdir, 'index.html'), html);
  // Megabytes of script, and a gateway that does better things than to compress it again and again.
  const assets = join(outdir, 'assets');
  for (const name of readdirSync(assets).filter((file) => /\.(js|css|ttf)$/.test(file))) {
    writeFileSync(join(assets, `${name}.gz`), gzipSync(readFileSync(join(assets, name))));
  }
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const name of PACKAGES) {
    hash.update(`${name}@${require(require.resolve(`${name}/package.json`)).version}\n`);
  }
  for (const file of readdirSync(join(here, 'src')).sort()) {
    hash.update(`${file}\n`).update(readFileSync(join(here, 'src', file)));
  }
  return hash.update(readFileSync(fileURLToPath(import.meta.url))).digest('hex');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildExplorerIfStale();
