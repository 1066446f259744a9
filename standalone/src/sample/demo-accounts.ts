import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writePrivate, type Home } from '../home.js';

const account = z.object({
  email: z.string(),
  password: z.string(),
  name: z.string(),
  role: z.enum(['Administrator', 'Instructor', 'Learner']),
});

/** Someone of the sample organization, to sign in as. */
export interface DemoAccount extends z.infer<typeof account> {
  description: string;
}

/** Invented, like everything of the sample organization. */
const CAST = [
  { name: 'Mira Lindqvist', role: 'Administrator', description: 'Runs Sample Academy' },
  { name: 'Tomás Oyelaran', role: 'Instructor', description: 'Wrote both courses' },
  { name: 'Aiko Brennan', role: 'Learner', description: 'Has completed Discover Lyceum' },
  { name: 'Jonas Petrov', role: 'Learner', description: 'Is halfway through it' },
  { name: 'Leila Marchetti', role: 'Learner', description: 'Has just arrived' },
] as const;

const fileOf = (home: Home): string => home.path('demo-accounts.json');

/** The accounts as noted; none before the sample organization was made. */
export async function readDemoAccounts(home: Home): Promise<DemoAccount[]> {
  const text = await readFile(fileOf(home), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  return z
    .array(account)
    .parse(JSON.parse(text))
    .map((known) => ({
      ...known,
      description: CAST.find(({ name }) => name === known.name)?.description ?? known.name,
    }));
}

/** Notes the accounts before they are registered, so that no password is ever lost. */
export async function ensureDemoAccounts(home: Home): Promise<DemoAccount[]> {
  const known = await readDemoAccounts(home);
  if (known.length > 0) return known;
  const accounts = CAST.map(({ name, role }) => ({
    email: `${firstName(name)}@example.com`,
    password: newPassword(),
    name,
    role,
  }));
  await writePrivate(fileOf(home), `${JSON.stringify(accounts, null, 2)}\n`);
  return readDemoAccounts(home);
}

function firstName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^a-z ]/gi, '')
    .split(' ')[0]!
    .toLowerCase();
}

const CHARACTERS = 'abcdefghjkmnpqrstuvwxyz23456789';

/** 99 bits, in groups that can be read out. */
function newPassword(): string {
  const group = () =>
    Array.from({ length: 5 }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
