import { expect, it } from '@jest/globals';
import { fillVariables, NothingFound } from './lookups.js';
import type { DemoAccount, Example } from './offers.js';
import { wantedBy, worksFor } from './wanted.js';

const account = (email: string, role: string): DemoAccount => ({
  ...{ email, role },
  ...{ password: 'p', description: 'd' },
});
const accounts = [
  account('ada@example.com', 'Instructor'),
  account('bo@example.com', 'Learner'),
  account('cy@example.com', 'Learner'),
];
const example = (as?: string[]): Example => ({ title: 't', operation: 'query Q { a }', as });
const LOOKUP = {
  placeholder: '(mine)',
  operation: 'query Mine { a { id } }',
  path: ['a', 'id'],
  otherwise: 'You have none.',
};

it('says whom an example is for: nobody in particular, any account, a role, or some by name', () => {
  const [ada, bo, cy] = accounts.map(({ email }) => email);
  expect(wantedBy(example(), accounts)).toBe('');
  expect(wantedBy(example([ada!, bo!, cy!]), accounts)).toBe('any account');
  expect(wantedBy(example([bo!, cy!]), accounts)).toBe('Learner');
  expect(wantedBy(example([bo!]), accounts)).toBe('bo');
  expect(worksFor(example(), undefined)).toBe(true);
  expect(worksFor(example([bo!]), undefined)).toBe(false);
  expect(worksFor(example([bo!]), bo)).toBe(true);
  expect(worksFor(example([bo!]), cy)).toBe(false);
});

it('puts what belongs to the viewer in its place, however deep, and changes nothing else', async () => {
  const variables = { input: { ids: ['(mine)', 'b'], text: 'not (mine)', none: null } };
  expect(await fillVariables(variables, [LOOKUP], async () => ({ a: { id: '7' } }))).toEqual({
    input: { ids: ['7', 'b'], text: 'not (mine)', none: null },
  });
});

it('asks for nothing that is not wanted, and says what to do where there is no value', async () => {
  const never = async (): Promise<unknown> => Promise.reject(new Error('asked'));
  expect(await fillVariables({ id: '1' }, [LOOKUP], never)).toEqual({ id: '1' });
  expect(await fillVariables(undefined, [LOOKUP], never)).toBeUndefined();
  const nothing = fillVariables({ id: '(mine)' }, [LOOKUP], async () => ({ a: null }));
  await expect(nothing).rejects.toThrow(new NothingFound('You have none.'));
});
