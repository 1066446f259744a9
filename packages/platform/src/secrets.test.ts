import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { secretSetting, weaknessOf } from './secrets.js';
import { parseSettings } from './settings.js';

describe('a secret', () => {
  it('that is random passes, in whatever alphabet', () => {
    for (let i = 0; i < 2_000; i += 1) {
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        const secret = randomBytes(32).toString(encoding);
        expect([secret, weaknessOf(secret)]).toEqual([secret, null]);
      }
    }
  });

  it.each([
    ['short', 'must have 32 characters'],
    ['x'.repeat(64), 'consists of a few characters only'],
    ['0101010101010101010101010101010101', 'consists of a few characters only'],
    ['hidden-treasure-hidden-treasure-hid', 'repeats itself'],
    ['0123456789abcdef0123456789abcdef', 'repeats itself'],
    ['please-change-me-before-going-live-1', 'looks like an example'],
    ['the-default-viewer-secret-of-lyceum!', 'looks like an example'],
    ['My very own Password for production 1', 'looks like an example'],
  ])('such as %p does not', (secret, weakness) => {
    expect(weaknessOf(secret)).toBe(weakness);
  });

  it('that is weak is named among what needs mending, and not shown', () => {
    const schema = z.object({ VIEWER_SECRET: secretSetting('shared with the gateway') });
    const read = (secret?: string) => () =>
      parseSettings(schema, { VIEWER_SECRET: secret }, 'test');
    const weak = 'changeme-changeme-changeme-changeme1';
    expect(read(weak)).toThrow(/VIEWER_SECRET: .*shared with the gateway/);
    expect(read(weak)).not.toThrow(weak);
    expect(read(undefined)).toThrow('VIEWER_SECRET');
    const strong = randomBytes(32).toString('hex');
    expect(read(strong)()).toEqual({ VIEWER_SECRET: strong });
  });
});
