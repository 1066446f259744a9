import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** The folder that holds everything a standalone platform keeps. */
export interface Home {
  readonly directory: string;
  path(...segments: string[]): string;
}

/** The folder at a path, whether it is there or not. */
export function homeAt(directory: string): Home {
  const absolute = resolve(directory);
  return { directory: absolute, path: (...segments) => join(absolute, ...segments) };
}

export async function openHome(directory: string): Promise<Home> {
  const home = homeAt(directory);
  await mkdir(home.directory, { recursive: true, mode: 0o755 });
  return home;
}

/** Secrets that cannot be read must not be taken for missing: new ones would take their place. */
function noneYet(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}';
  throw error;
}

/** Writes so that a reader (and a crash) sees either the old file or the new one. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text, { mode: 0o600 });
  const file = await open(temporary, 'r+');
  await file.sync();
  await file.close();
  await rename(temporary, path);
}

/** As `writePrivate`, but only where there is no such file; @returns whether there was none */
async function createPrivate(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  await writePrivate(draft, text);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

const NAMES = ['AUTH_SECRET', 'COURSE_SECRET', 'PAYMENT_TEST_SECRET'] as const;
const stored = z.record(z.string(), z.string());

/**
 * The services' secrets: made at the first start, kept for good, readable by the owner alone.
 * Those given in `settings` win.
 */
export async function secretsOf(
  home: Home,
  settings: Readonly<Record<string, string | undefined>>,
): Promise<Record<string, string>> {
  const path = home.path('secrets.json');
  const kept = stored.parse(JSON.parse(await readFile(path, 'utf8').catch(noneYet)));
  const missing = NAMES.filter((name) => !kept[name]);
  if (missing.length > 0) {
    const isFirst = missing.length === NAMES.length;
    for (const name of missing) kept[name] = randomBytes(32).toString('base64url');
    const text = `${JSON.stringify(kept, null, 2)}\n`;
    if (!isFirst) await writePrivate(path, text);
    // Of two first starts at once, both go on with the secrets of the one that came first.
    else if (!(await createPrivate(path, text))) return secretsOf(home, settings);
  }
  return Object.fromEntries(NAMES.map((name) => [name, settings[name] || (kept[name] as string)]));
}
