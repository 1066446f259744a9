import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { searchNameOf, searchWords } from './directory.rules.js';

it.each([
  ['Ángela O’Neill', 'angela oneill'],
  ['  Jean-Luc   PICARD ', 'jean luc picard'],
  ['ﬁona Straße', 'fiona straße'],
  ['李小龍', '李小龍'],
  ['🦉', '🦉'],
])('%s is searched and sorted as %s', (name, searched) => {
  expect(searchNameOf(name)).toBe(searched);
});

it('finds a name by any of its words, however they are written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (name) => {
      const searched = searchNameOf(name);
      for (const word of searchWords(name.toUpperCase().toLowerCase())) {
        if (searchWords(name).includes(word)) expect(searched).toContain(word);
      }
    }),
  );
});

it('knows no wildcards and no more than eight words', () => {
  expect(searchWords('%_\\ a% b_c')).toEqual(['a', 'b', 'c']);
  expect(searchWords('a b c d e f g h i j')).toHaveLength(8);
  expect(searchWords(' %% ')).toEqual([]);
});
