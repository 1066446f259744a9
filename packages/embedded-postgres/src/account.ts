import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesIn } from './processes.js';

export interface Account {
  uid: number;
  gid: number;
}

/** Where data and binaries go that root keeps in a folder which no other user may enter. */
const SHARED = '/var/lib/lyceum';

/**
 * PostgreSQL refuses to run as root. For root this is the system user `postgres`, made when missing;
 * for anybody else it is undefined: the server runs as the same user.
 */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return lookUp() ?? create();
}

function lookUp(): Account | undefined {
  try {
    const id = (flag: string) =>
      Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function create(): Account {
  try {
    const flags = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin'];
    execFileSync('useradd', [...flags, 'postgres'], { stdio: 'pipe' });
    const account = lookUp();
    if (account) return account;
  } catch {
    // Said below, as one line.
  }
  throw new Error(
    'PostgreSQL does not run as root, and the user "postgres" could not be made for it. ' +
      'Run as another user, or make it: useradd --system --user-group postgres',
  );
}

/** Whether the account may enter the folder, and with it every folder above. */
export function mayEnter(account: Account | undefined, directory: string): boolean {
  if (!account) return true;
  const script = 'cd "$1" 2>/dev/null';
  return (
    spawnSync('/bin/sh', ['-c', script, 'sh', directory], { cwd: '/', ...account }).status === 0
  );
}

/** Whether the account may run the program. */
export function mayRun(account: Account | undefined, program: string): boolean {
  if (!account) return true;
  return spawnSync(program, ['--version'], { cwd: '/', ...account }).status === 0;
}

/** A folder that the account may enter, standing in for one that it may not (such as below /root). */
export async function substitute(directory: string): Promise<string> {
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 12);
  const result = join(SHARED, name);
  await mkdir(result, { recursive: true });
  await chmod(SHARED, 0o755);
  await sweep();
  await writeFile(join(result, 'stands-in-for'), `${directory}\n`);
  return result;
}

/** Removes what stood in for temporary folders that are gone. */
async function sweep(): Promise<void> {
  for (const name of await readdir(SHARED)) {
    const original = await readFile(join(SHARED, name, 'stands-in-for'), 'utf8').catch(() => '');
    if (!original.startsWith(`${tmpdir()}/`) || existsSync(original.trim())) continue;
    if (processesIn(join(SHARED, name, 'data')).length > 0) continue;
    await rm(join(SHARED, name), { recursive: true, force: true });
  }
}

/** Binaries that the account may run live here when those of npm are out of its reach. */
export async function sharedBinariesDirectory(): Promise<string> {
  await mkdir(SHARED, { recursive: true });
  await chmod(SHARED, 0o755);
  return SHARED;
}

/** Gives the folder to the account, which alone may look into it. */
export async function giveTo(account: Account | undefined, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (account) await chown(directory, account.uid, account.gid);
  await chmod(directory, 0o700);
}
