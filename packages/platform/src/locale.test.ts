import { describe, expect, it } from '@jest/globals';
import { localeSchema, timeZoneSchema } from './locale.js';

describe('a locale', () => {
  it('is taken in its canonical form', () => {
    expect(localeSchema.parse('EN-us')).toBe('en-US');
    expect(localeSchema.parse('zh-hant-tw')).toBe('zh-Hant-TW');
  });

  it.each(['', 'x', 'en_US', 'english language', 'en-'])('"%s" is none', (text) => {
    expect(localeSchema.safeParse(text).success).toBe(false);
  });
});

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'])('%s is one', (text) => {
    expect(timeZoneSchema.parse(text)).toBe(text);
  });

  it.each(['', '+02:00', 'Europe/Atlantis', 'Europe/Berlin\u0000'])('"%s" is none', (text) => {
    expect(timeZoneSchema.safeParse(text).success).toBe(false);
  });
});
