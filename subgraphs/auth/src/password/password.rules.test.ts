import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { normalizePassword, passwordProblem } from './password.rules.js';

const problem = (password: string, about: string[] = []) =>
  passwordProblem(normalizePassword(password), about);

describe('a password', () => {
  it.each([
    'seven quiet harbours at dawn',
    'correct horse battery staple',
    'Tr0ub4dor&3 und mehr',
    'ばらが咲いたよ、庭のすみにひとつ',
    'mein fahrrad hat 3 gänge',
  ])('such as "%s" is taken', (password) => {
    expect(problem(password)).toBeNull();
  });

  it('has at least 15 and at most 256 characters, counted as people do', () => {
    expect(problem('k3#vQz!m9Lx2wR')).toBe('TOO_SHORT');
    expect(problem('k3#vQz!m9Lx2wRp')).toBeNull();
    const fourteen = '🦉🐢🦊🐝🦔🐙🦩🐬🦚🐞🦦🐌🦥🐧';
    expect(problem(fourteen)).toBe('TOO_SHORT');
    expect(problem(`${fourteen}🦜`)).toBeNull();
    const long = Array.from({ length: 257 }, (_, i) => String.fromCodePoint(0x4e00 + i)).join('');
    expect(problem(long)).toBe('TOO_LONG');
    expect(problem(long.slice(1))).toBeNull();
  });

  it.each([
    ['repeated', 'aaaaaaaaaaaaaaaaaaaa'],
    ['a repeated unit', 'xk2xk2xk2xk2xk2xk2'],
    ['an alphabet', 'abcdefghijklmnopqrst'],
    ['digits', '1234567890123456789'],
    ['digits backwards', '9876543210987654321'],
    ['a walk on the keyboard', 'qwertyuiopasdfghjkl'],
    ['a common word and a number', 'Password123456789!!'],
    ['common words', 'welcome password admin'],
    ['two characters in turn', 'abababababbabaabbab'],
  ])('that is mostly %s is refused', (_, password) => {
    expect(problem(password)).toBe('TOO_GUESSABLE');
  });

  it.each([
    'mira.okonkwo@harbour.example',
    'mira okonkwo harbour!',
    'Mira Okonkwo 1990',
    'OkonkwoMira-Harbour-2024',
  ])('of what is known of the person, "%s", is refused', (password) => {
    const about = ['mira.okonkwo@harbour.example', 'Mira Okonkwo', 'Harbour'];
    expect(problem(password, about)).toBe('TOO_GUESSABLE');
  });

  it('may contain such a word, if enough else is there', () => {
    expect(problem('mira likes vast purple tundra', ['Mira'])).toBeNull();
  });

  it('is the same however it was typed', () => {
    expect(normalizePassword('ﬁne gr\u0065\u0301s')).toBe(normalizePassword('fine gr\u00e9s'));
  });

  it('of random characters is taken, and every one is judged', () => {
    const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_';
    const random = fc.string({
      unit: fc.constantFrom(...alphabet.split('')),
      minLength: 22,
      maxLength: 43,
    });
    // What a password manager makes has enough left after anything guessable is taken out, or it
    // is no random string at all.
    fc.assert(
      fc.property(random, (password) => {
        fc.pre(new Set(password.replaceAll(/[-_]/g, '')).size >= 16);
        return problem(password) === null;
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.string()), (password, about) => {
        problem(password, about);
      }),
    );
  });
});
