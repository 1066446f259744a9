import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { LyceumError } from './errors.js';
import { parseInput } from './input.js';

function refusal(schema: z.ZodType, value: unknown, argument?: string) {
  try {
    parseInput(schema, value, argument);
  } catch (error) {
    if (error instanceof LyceumError) {
      const { path, reason } = error.extensions;
      return { path, reason, message: error.message };
    }
    throw error;
  }
  return null;
}

describe('parsing an argument', () => {
  const schema = z.object({ tags: z.array(z.string().trim().max(3, 'Too long a tag.')) });

  it('gives what the schema makes of it', () => {
    expect(parseInput(schema, { tags: [' a '], other: 1 })).toEqual({ tags: ['a'] });
  });

  it('says where the first thing wrong is, and what', () => {
    expect(refusal(schema, { tags: ['ok', 'long'] })).toEqual({
      path: ['input', 'tags', 1],
      reason: 'TOO_BIG',
      message: 'Too long a tag.',
    });
    expect(refusal(schema, null, 'filter')?.path).toEqual(['filter']);
  });

  it('looks into the alternatives of a union for the one that was meant', () => {
    const choice = z.object({ choiceIds: z.array(z.string()) });
    const range = z.object({ range: z.object({ minimum: z.number('A number, please.') }) });
    const union = z.object({ key: z.union([z.string(), choice, range]) });
    expect(refusal(union, { key: { range: { minimum: 'x' } } })).toEqual({
      path: ['input', 'key', 'range', 'minimum'],
      reason: 'INVALID_TYPE',
      message: 'A number, please.',
    });
    const scalar = z.object({ key: z.union([z.string(), z.number()]) });
    expect(refusal(scalar, { key: true })).toMatchObject({
      path: ['input', 'key'],
      reason: 'INVALID_UNION',
    });
  });
});
