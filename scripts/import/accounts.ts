import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const account = z.object({ email: z.string(), password: z.string() });
const accounts = z.array(account.extend({ role: z.string() }));
export type Account = z.infer<typeof account>;

/** The sample organization's instructor, as the platform noted it when it was first started. */
export async function sampleInstructor(home: string): Promise<Account> {
  const path = join(home, 'demo-accounts.json');
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(
      `There is no ${path} with the demo accounts. Start the platform (npm start), or give --email and --password.`,
    );
  });
  const found = accounts.parse(JSON.parse(text)).find(({ role }) => role === 'Instructor');
  if (!found) throw new Error(`${path} holds no instructor. Give --email and --password.`);
  return found;
}
