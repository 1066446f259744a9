import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Something that tells two processes apart that had the same id one after the other, as happens after a
 * reboot and in containers. Undefined when there is no such process.
 */
export function startedAt(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in parentheses may hold spaces; field 22 counts from the beginning.
      const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z') return undefined;
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      return `${boot}/${fields[19]}`;
    }
    return ps(pid, 'lstart=');
  } catch {
    return undefined;
  }
}

/** Whether the process is a PostgreSQL server working in the given data directory. */
export function isServerOf(pid: number, dataDirectory: string): boolean {
  if (startedAt(pid) === undefined) return false;
  try {
    // A server changes into its data directory.
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === dataDirectory;
    return ps(pid, 'command=').includes(dataDirectory);
  } catch {
    return false;
  }
}

/** All processes of a server, for when its first one is gone and children are still finishing. */
export function processesIn(dataDirectory: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => isServerOf(pid, dataDirectory));
}

/** @returns whether the condition came true in time (milliseconds). */
export async function waitUntil(condition: () => boolean, timeout: number): Promise<boolean> {
  const deadline = performance.now() + timeout;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

function ps(pid: number, column: string): string {
  return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim();
}
