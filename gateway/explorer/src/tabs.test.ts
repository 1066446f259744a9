import { expect, it } from '@jest/globals';
import type { DemoAccount, Example } from './offers.js';
import { forgetTabsOfAnotherSample } from './remembered-tabs.js';
import { clicked, exampleIn, firstTabs, openTabOf } from './tabs.js';
import { noteOn } from './wanted.js';

const account = (email: string, role: string): DemoAccount => ({
  ...{ email, role },
  ...{ password: 'p', description: 'd' },
});
const ada = account('ada@example.com', 'Instructor');
const bo = account('bo@example.com', 'Learner');
const ID = '01a21923-c07c-7106-a7a5-a4503ac8b2f1';

const anyone: Example = { title: 'Check', operation: '\nquery Check { a }\n', openFirst: true };
const mine: Example = {
  ...{ title: 'Mine', operation: 'query Mine($id: ID!) { b(id: $id) }', openFirst: true },
  ...{ variables: { id: ID }, as: [ada.email, bo.email] },
};
const taught: Example = { title: 'Taught', operation: 'query Taught { c }', as: [ada.email] };
const examples = [anyone, mine, taught];

it('opens at first what is marked so, with its variables, and nothing where nothing is', () => {
  expect(firstTabs(examples)).toEqual([
    { query: 'query Check { a }', variables: undefined },
    { query: mine.operation, variables: JSON.stringify({ id: ID }, null, 2) },
  ]);
  expect(firstTabs([taught])).toBeUndefined();
});

it('goes to the tab that holds an example, and opens another only where none does', () => {
  const tabs = [
    { query: null },
    { query: 'query Check { a }  ' },
    { query: 'query Check { a b }' },
  ];
  expect(openTabOf(anyone, tabs)).toBe(1);
  expect(openTabOf(taught, tabs)).toBeNull();
  expect(exampleIn(tabs[1], examples)).toBe(anyone);
  // Once it was changed it is the user's own.
  expect(exampleIn(tabs[2], examples)).toBeUndefined();
  expect(exampleIn(undefined, examples)).toBeUndefined();
});

it('a click on an account signs in as it; a second click changes nothing', () => {
  expect(clicked(ada, null)).toBe(ada);
  expect(clicked(bo, ada)).toBe(bo);
  expect(clicked(ada, { ...ada })).toBeNull();
});

it('says of an example that does not work as things are what is missing', () => {
  const accounts = [ada, bo];
  expect(noteOn(undefined, accounts, undefined)).toBe('');
  expect(noteOn(anyone, accounts, undefined)).toBe('');
  expect(noteOn(mine, accounts, undefined)).toBe('This example needs you to sign in.');
  expect(noteOn(mine, accounts, bo.email)).toBe('');
  expect(noteOn(taught, accounts, bo.email)).toBe('This example is for: Instructor');
  expect(noteOn(taught, accounts, ada.email)).toBe('');
});

function browser(content: Record<string, string>) {
  const kept = new Map(Object.entries(content));
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

it('forgets the tabs of a sample that is gone, and keeps those of the one that is there', () => {
  const theirs = { 'graphiql:tabState': '{}', 'graphiql:query': 'q', 'graphiql:theme': 'dark' };
  const storage = browser(theirs);
  forgetTabsOfAnotherSample(storage, examples);
  expect([...storage.kept.keys()]).toEqual(['graphiql:theme', 'lyceum:explorer:sample']);

  storage.setItem('graphiql:tabState', '{}');
  forgetTabsOfAnotherSample(storage, [mine, anyone]);
  expect(storage.getItem('graphiql:tabState')).toBe('{}');

  const other = { ...mine, variables: { id: ID.replace('01a2', '02b3') } };
  forgetTabsOfAnotherSample(storage, [anyone, other]);
  expect(storage.getItem('graphiql:tabState')).toBeNull();
});

it('forgets nothing where there is no sample', () => {
  const storage = browser({ 'graphiql:tabState': '{}' });
  forgetTabsOfAnotherSample(storage, []);
  expect([...storage.kept.keys()]).toEqual(['graphiql:tabState']);
});
