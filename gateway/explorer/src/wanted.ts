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
