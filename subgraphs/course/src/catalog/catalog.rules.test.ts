import { describe, expect, it } from '@jest/globals';
import { finishedWords, unfinishedWord } from './catalog.rules.js';

describe('unfinishedWord', () => {
  it.each([
    ['intro to bio', 'bio'],
    ['Bio', 'bio'],
    ['größ', 'größ'],
    ['bio ', null],
    ['bio -che', null],
    ['"exact phr', null],
    ['"exact" phr', 'phr'],
    ["bio' & x:*", null],
    ['', null],
  ])('of %j is %j', (search, word) => {
    expect(unfinishedWord(search)).toBe(word);
  });
});

describe('finishedWords', () => {
  it('are the search without its last word', () => {
    expect(finishedWords('intro to bio')).toBe('intro to');
    expect(finishedWords('bio')).toBe('');
  });
});
