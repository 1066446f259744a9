/**
 * `npm run lock`, after adding a package: completes package-lock.json (`--check` only looks). A registry mirror may not have the
 * builds of a package for other operating systems. npm then leaves them out of the lock file, and
 * `npm ci` refuses such a file, everywhere. Their versions are known without the mirror: the package that
 * wants them names them exactly.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'package-lock.json');

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = [
  'arm64',
  'arm',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'wasm32',
  'x64',
];

/** What the name of a platform package tells, such as @swc/core-linux-arm64-musl. */
function platformOf(name) {
  const words = name.replace('windows', 'win32').replace(/-64$/, '-x64').split(/[-/]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  const libc = words.includes('musl')
    ? 'musl'
    : words.includes('gnu') && os === 'linux'
      ? 'glibc'
      : undefined;
  if (!os || !cpu) return undefined;
  return { cpu: [cpu], ...(libc ? { libc: [libc] } : {}), os: [os] };
}

const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const known = [`${path}/node_modules/${name}`, `node_modules/${name}`];
    if (known.some((place) => lock.packages[place])) continue;
    const platform = platformOf(name);
    if (!platform || !/^\d/.test(range)) continue;
    const { cpu, ...rest } = platform;
    const dev = entry.dev ? { dev: true } : {};
    lock.packages[`node_modules/${name}`] = {
      version: range,
      cpu,
      ...dev,
      optional: true,
      ...rest,
    };
    added.push(`${name}@${range}`);
  }
}

if (process.argv.includes('--check')) {
  if (added.length > 0) {
    console.error('package-lock.json is incomplete, npm ci would refuse it: run npm run lock.');
    process.exitCode = 1;
  }
} else if (added.length > 0) {
  const sorted = Object.entries(lock.packages).toSorted(([one], [other]) =>
    one.localeCompare(other, 'en'),
  );
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
  console.log(`Added to package-lock.json:\n${added.join('\n')}`);
} else {
  console.log('package-lock.json is complete.');
}
