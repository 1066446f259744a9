import { expect, it } from '@jest/globals';
import { nextWidth } from './width.js';

/** After so many looks at the same lag. */
function after(looks: number, from: number, lagMs: number): number {
  let width = from;
  for (let i = 0; i < looks; i += 1) width = nextWidth(width, lagMs, 256);
  return width;
}

it('narrows quickly while the process is behind, to a least that still works', () => {
  expect(after(1, 256, 500)).toBe(170);
  expect(after(7, 256, 500)).toBe(16);
  expect(after(100, 256, 500)).toBe(16);
  expect(nextWidth(4, 500, 4)).toBe(4);
});

it('widens again slowly, to the most there may be', () => {
  expect(after(1, 16, 0)).toBe(32);
  expect(after(15, 16, 0)).toBe(256);
  expect(after(100, 16, 0)).toBe(256);
});

it('knows nothing of a lag where none was measured', () => {
  expect(nextWidth(256, NaN, 256)).toBe(256);
});
