import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const account = z.object({ email: z.string(), password: z.string() });
export type Account = z.infer<typeof account>;

/** The sample organization's instructor, as the platform noted it when it was first started. */
export async function sampleInstructor(home: string): Promise<Account> {
  const path = join(home, 'demo-accounts.json');
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(
      `There is no ${path} with the demo accounts. Start the platform (npm start), or give --email and --password.`,
    );
  });
  const found = find(JSON.parse(text) as unknown);
  if (!found) throw new Error(`${path} holds no instructor. Give --email and --password.`);
  return found;
}

/** The account that is named after, or holds, the role of an instructor. */
function find(value: unknown, name = ''): Account | null {
  if (typeof value !== 'object' || value === null) return null;
  const own = account.safeParse(value);
  if (own.success) {
    const role = 'role' in value ? JSON.stringify(value.role) : '';
    return /instructor/i.test(`${name} ${role}`) ? own.data : null;
  }
  for (const [key, inner] of Object.entries(value)) {
    const found = find(inner, `${name} ${key}`);
    if (found) return found;
  }
  return null;
}
