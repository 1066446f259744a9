import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { onOff, parseSettings, SettingsError } from './settings.js';

const schema = z.object({
  URL: z.string().min(1, 'is needed'),
  PORT: z.coerce.number().int().max(65_535).default(4000),
  SECRET: z.string().min(32, 'must have 32 characters').optional(),
  MAIL: onOff.default(true),
});

describe('settings', () => {
  it('are parsed once; an empty variable means the same as none', () => {
    expect(parseSettings(schema, { URL: 'x', PORT: '', MAIL: 'off', OTHER: '1' }, 'test')).toEqual({
      URL: 'x',
      PORT: 4000,
      MAIL: false,
    });
  });

  it('that are wrong are all named at once, without their values', () => {
    const given = { URL: '', PORT: '70000', SECRET: 'hunter2', MAIL: 'maybe' };
    let message = '';
    try {
      parseSettings(schema, given, 'test');
    } catch (error) {
      expect(error).toBeInstanceOf(SettingsError);
      message = (error as Error).message;
    }
    const [first, ...lines] = message.split('\n');
    expect(first).toBe('Settings of test that need mending:');
    expect(lines.map((line) => line.trim().split(':')[0])).toEqual([
      'URL',
      'PORT',
      'SECRET',
      'MAIL',
    ]);
    expect(message).toContain('must have 32 characters');
    for (const value of ['70000', 'hunter2', 'maybe']) expect(message).not.toContain(value);
  });
});
