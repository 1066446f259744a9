/**
 * `npm run imports`: checks the rules of .dependency-cruiser.mjs.
 * dependency-cruiser reads TypeScript by its JavaScript interface, which TypeScript 7 does not have. So it
 * is given the one of TypeScript 6, by a link only it can see.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDERS = ['packages', 'subgraphs', 'gateway', 'standalone', 'tests', 'bench', 'scripts'];

/**
 * @param {string} directory the root of the tree to check
 * @returns {{ passed: boolean, report: string }}
 */
export function checkImports(directory = root) {
  const cruiser = join(root, 'node_modules/dependency-cruiser');
  const link = join(cruiser, 'node_modules/typescript');
  if (!existsSync(link)) {
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync('../../@typescript/typescript6', link);
  }
  const folders = FOLDERS.filter((folder) => existsSync(join(directory, folder)));
  const config = join(root, '.dependency-cruiser.mjs');
  const result = spawnSync(
    process.execPath,
    [join(cruiser, 'bin/dependency-cruise.mjs'), '--config', config, ...folders],
    { cwd: directory, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  );
  return { passed: result.status === 0, report: `${result.stdout}${result.stderr}`.trim() };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, report } = checkImports();
  console.log(report);
  process.exitCode = passed ? 0 : 1;
}
