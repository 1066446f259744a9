import type { DemoAccount, Example } from './offers.js';

/** Whom an example works for, in words; empty where no account is needed. */
export function wantedBy(example: Example, accounts: readonly DemoAccount[]): string {
  const { as } = example;
  if (!as) return '';
  if (accounts.every(({ email }) => as.includes(email))) return 'any account';
  const roles = [
    ...new Set(accounts.filter(({ email }) => as.includes(email)).map(({ role }) => role)),
  ];
  const areAll = accounts.every(({ role, email }) => !roles.includes(role) || as.includes(email));
  return areAll ? roles.join(', ') : as.map((email) => email.split('@')[0]).join(', ');
}

/** Whether an example works as things are. */
export function worksFor(example: Example, email: string | undefined): boolean {
  return !example.as || (email !== undefined && example.as.includes(email));
}

/** What to say of an example that does not work as things are; empty where it does. */
export function noteOn(
  example: Example | undefined,
  accounts: readonly DemoAccount[],
  email: string | undefined,
): string {
  if (!example || worksFor(example, email)) return '';
  const wanted = wantedBy(example, accounts);
  return wanted === 'any account'
    ? 'This example needs you to sign in.'
    : `This example is for: ${wanted}`;
}
