import { expect, it } from '@jest/globals';
import { CRITERIA, criteriaMet } from './criteria.rules.js';

it('adds up to every mark from 0 to 100, and to no other', () => {
  for (let score = 0; score <= 100; score += 1) {
    const points = CRITERIA.filter((_, place) => criteriaMet(score)[place]);
    expect(points.reduce((sum, one) => sum + one, 0)).toBe(score);
  }
  expect(() => criteriaMet(101)).toThrow();
  expect(() => criteriaMet(50.5)).toThrow();
});
