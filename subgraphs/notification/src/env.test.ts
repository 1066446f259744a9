import { describe, expect, it } from '@jest/globals';
import { parseSettings } from '@lyceum/platform/settings';
import { notificationEnv } from './env.js';

const siteOf = (settings: Record<string, string>) =>
  parseSettings(notificationEnv, settings, 'notification').site;

describe('FRONTEND_URL', () => {
  it('is an address that paths can be put after', () => {
    const publicUrl = 'https://lyceum.example';
    const settings = { PUBLIC_URL: `${publicUrl}/` };
    expect(siteOf(settings)).toEqual({ publicUrl, frontendUrl: null });
    expect(siteOf({ ...settings, FRONTEND_URL: '' })).toEqual({ publicUrl, frontendUrl: null });
    const frontendUrl = 'https://learn.example/app';
    expect(siteOf({ ...settings, FRONTEND_URL: `${frontendUrl}/` }).frontendUrl).toBe(frontendUrl);
  });

  it.each([
    'learn.example',
    'ftp://learn.example',
    'javascript:alert(1)',
    'https://ada:secret@learn.example',
    'https://learn.example/?a=b',
    'https://learn.example/#/app',
  ])('is not %s', (address) => {
    expect(() => siteOf({ FRONTEND_URL: address })).toThrow('FRONTEND_URL');
  });
});
