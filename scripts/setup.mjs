/**
 * What must be so before anything else can run: the right Node, installed packages, generated clients.
 * Plain Node and nothing installed, since it runs on a fresh clone. When all is well it takes a blink.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withProgress } from './progress.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const MINIMUM = [20, 19];

/** Ends the program with one line when something is amiss that only a person can mend. */
export async function setup() {
  checkNode();
  if (packagesAreStale()) await installPackages();
  // Imported late: it needs a Node that the check above has let pass.
  const { generate, staleServices } = await import('./generate.mjs');
  const stale = staleServices();
  if (stale.length === 0) return;
  let done = 0;
  await withProgress(
    () => `Generating database clients … ${done} of ${stale.length}`,
    () => generate(stale, () => (done += 1)),
  );
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])) return;
  console.error(
    `Lyceum needs Node ${MINIMUM.join('.')} or newer; this is ${process.versions.node}. ` +
      'Get it from https://nodejs.org, or with "nvm install 22".',
  );
  process.exit(1);
}

/** Whether what is installed differs from the lock file, judged by npm's own record of what it installed. */
function packagesAreStale() {
  const wanted = readLock(join(root, 'package-lock.json'));
  const installed = readLock(join(root, 'node_modules/.package-lock.json'));
  if (!wanted || !installed) return true;
  return Object.entries(wanted).some(([path, entry]) => {
    if (!path.includes('node_modules/')) return false;
    const found = installed[path];
    // Packages for other operating systems are in the lock file, and are not installed.
    return found ? found.version !== entry.version : !entry.optional && !entry.devOptional;
  });
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function installPackages() {
  const wanted = Object.entries(readLock(join(root, 'package-lock.json')) ?? {});
  const total = wanted.filter(
    ([path, entry]) => path.lastIndexOf('node_modules/') === 0 && !entry.optional,
  ).length;
  await withProgress(
    () => `Installing packages … ${countInstalled()} of about ${total}`,
    () => npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']),
  );
}

function countInstalled() {
  try {
    const modules = join(root, 'node_modules');
    const names = readdirSync(modules).filter((name) => !name.startsWith('.'));
    const scopes = names.filter((name) => name.startsWith('@'));
    const scoped = scopes.map((scope) => readdirSync(join(modules, scope)).length - 1);
    return scoped.reduce((sum, count) => sum + count, names.length);
  } catch {
    return 0;
  }
}

function npm(args) {
  return new Promise((resolve, reject) => {
    // Inside "npm start" this names the very npm that runs it.
    const cli = process.env.npm_execpath;
    const [command, first] = cli?.endsWith('.js') ? [process.execPath, [cli]] : ['npm', []];
    const child = spawn(command, [...first, ...args], {
      cwd: root,
      // A surrounding "npm start --workspace x" must not reach the inner npm.
      env: { ...process.env, NODE_ENV: 'development', npm_config_workspace: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`npm ${args[0]} failed:\n${essence(output)}`));
    });
  });
}

/** npm appends its manual to some errors; what matters comes before. */
function essence(output) {
  const lines = output.split(/\r?\n/).filter((line) => !/^npm (error|warn)\s*$/.test(line));
  const manual = lines.findIndex((line) =>
    /^npm error (Usage:|Clean install a project)/.test(line),
  );
  return (manual > 0 ? lines.slice(0, manual) : lines).slice(0, 40).join('\n').trim();
}

/** Runs a program's main function; a failure is its message, and a stack only for bugs in the script. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof TypeError ? error : (error.message ?? error));
    process.exit(1);
  }
}
