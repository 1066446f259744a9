import { describe, expect, it } from '@jest/globals';
import { formattingLocale, languageFor, timeZoneOf } from './recipient.rules.js';

describe('languages', () => {
  it.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['de-Latn-CH-1996', 'de'],
    ['DE', 'de'],
    ['en-GB', 'en'],
    ['fr', 'en'],
    ['', 'en'],
    ['dehydrated', 'en'],
  ])('%s is served by %s', (locale, language) => {
    expect(languageFor(locale, ['de', 'en'], 'en')).toBe(language);
  });

  it('format as the reader does if it is their language', () => {
    expect(formattingLocale('de-AT', 'de')).toBe('de-AT');
    // English text with French dates would be odd.
    expect(formattingLocale('fr', 'en')).toBe('en');
    expect(formattingLocale('not a locale', 'en')).toBe('en');
  });
});

describe('time zones', () => {
  it('fall back to UTC', () => {
    expect(timeZoneOf({ locale: 'en', timeZone: 'Asia/Tokyo' })).toBe('Asia/Tokyo');
    expect(timeZoneOf({ locale: 'en', timeZone: 'Atlantis/Capital' })).toBe('UTC');
  });
});
