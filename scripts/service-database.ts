import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { projectPath } from '@lyceum/platform/project-path';
import type { ServiceName } from '@lyceum/platform/service';
import pg from 'pg';

// Not the platform's own list: loading that loads the whole platform, for a second.
const names: Record<ServiceName, true> = {
  auth: true,
  user: true,
  course: true,
  progress: true,
  analytics: true,
  billing: true,
  notification: true,
};
export const serviceNames = Object.keys(names) as ServiceName[];

/** What is wrong with the call, in a line for the person who made it. */
export class UsageError extends Error {}

export function serviceNamed(name: string | undefined): ServiceName {
  const found = serviceNames.find((service) => service === name);
  if (!found) throw new UsageError(`Which service? One of: ${serviceNames.join(', ')}`);
  return found;
}

/**
 * A connection to a service's database: `DATABASE_URL_<SERVICE>` when given, else that of the
 * standalone platform, which leaves its addresses in LYCEUM_HOME while it runs.
 */
export async function connectTo(service: ServiceName): Promise<pg.Client> {
  const variable = `DATABASE_URL_${service.toUpperCase()}`;
  const url = process.env[variable] ?? (await standaloneUrl(service));
  if (!url) {
    throw new UsageError(`No database is known: start the platform, or set ${variable}`);
  }
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
  } catch (error) {
    const reason = error instanceof Error && error.message ? error.message : 'no answer';
    throw new UsageError(`The database of ${service} cannot be reached: ${reason}`);
  }
  return client;
}

async function standaloneUrl(service: ServiceName): Promise<string | undefined> {
  const home = resolve(projectPath(), process.env['LYCEUM_HOME'] ?? '.lyceum');
  try {
    const urls = JSON.parse(await readFile(join(home, 'databases.json'), 'utf8')) as unknown;
    const url = (urls as Record<string, unknown>)[service];
    return typeof url === 'string' ? url : undefined;
  } catch {
    return undefined;
  }
}

/** Runs a command of a person: mistakes are one line and exit code 2, anything else is shown whole. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    process.stderr.write(error instanceof UsageError ? `${error.message}\n` : `${String(error)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
