import { describe, expect, it } from '@jest/globals';
import { destinationOf, readLink, settingsAddress, type Page } from './link.rules.js';

const publicUrl = 'https://lyceum.example';
const own = { frontendUrl: null, publicUrl };
const frontend = { frontendUrl: 'https://learn.example/app', publicUrl };

/** The page, where a frontend has it, and where the platform has it. */
const PAGES: [Page, string, string][] = [
  ['home', '/', '/'],
  ['course', '/courses/x', '/'],
  ['certificate', '/certificates/x', '/certificates/x'],
  ['learningPath', '/learning-paths/x', '/'],
  ['order', '/orders/x', '/'],
  ['import', '/imports/x', '/'],
  ['notificationSettings', '/notifications/settings', '/'],
];

describe('a link', () => {
  it.each(PAGES)('to %s leads to %s of a frontend, else to %s', (page, there, here) => {
    const link = { page, of: 'x' };
    expect(destinationOf(link, frontend)).toEqual({ page, url: frontend.frontendUrl + there });
    const shown = here === '/' ? 'home' : page;
    expect(destinationOf(link, own)).toEqual({ page: shown, url: publicUrl + here });
  });

  it('leads to the front page when there is none', () => {
    expect(destinationOf(null, frontend).url).toBe('https://learn.example/app/');
    expect(destinationOf(null, own)).toEqual({ page: 'home', url: `${publicUrl}/` });
  });

  it('stays on its page, whatever it shows', () => {
    const { url } = destinationOf({ page: 'course', of: '../$&?a=b#c"<' }, frontend);
    expect(url).toBe('https://learn.example/app/courses/..%2F%24%26%3Fa%3Db%23c%22%3C');
  });

  it('to the settings exists in a frontend alone', () => {
    expect(settingsAddress(own)).toBeNull();
    expect(settingsAddress(frontend)).toBe('https://learn.example/app/notifications/settings');
  });

  it('is read as it was stored, and nothing else is', () => {
    const link = { page: 'course', of: 'x' } as const;
    expect(readLink(JSON.parse(JSON.stringify(link)))).toEqual(link);
    expect(readLink({ page: 'home' })).toEqual({ page: 'home' });
    for (const other of [null, undefined, 'home', {}, { page: 'moon' }, { page: 'toString' }]) {
      expect(readLink(other)).toBeNull();
    }
  });
});
