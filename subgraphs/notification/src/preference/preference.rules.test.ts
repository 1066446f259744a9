import { describe, expect, it } from '@jest/globals';
import { isEnabled } from './preference.rules.js';

describe('preferences', () => {
  it('follow the choice, and the default without one', () => {
    expect(isEnabled('LEARNING', 'EMAIL')).toBe(true);
    expect(isEnabled('LEARNING', 'EMAIL', false)).toBe(false);
    expect(isEnabled('AUTHORING', 'EMAIL')).toBe(false);
    expect(isEnabled('AUTHORING', 'EMAIL', true)).toBe(true);
    expect(isEnabled('AUTHORING', 'IN_APP')).toBe(true);
  });

  it.each(['SECURITY', 'BILLING'] as const)('have no say in %s', (category) => {
    expect(isEnabled(category, 'EMAIL', false)).toBe(true);
    expect(isEnabled(category, 'IN_APP', false)).toBe(true);
  });
});
