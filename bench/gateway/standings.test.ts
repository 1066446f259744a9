import { expect, it } from '@jest/globals';
import type { Window } from './race.js';
import { ratios } from './standings.js';

const window = (cpuMs: number, requestsPerSecond: number): Window => ({
  cpuMs,
  requestsPerSecond,
  requests: 0,
  seconds: 1,
  p50: 0,
  p99: 0,
  fetches: 3,
});

it('compares with stock within a round, so that a slow minute of the machine is nobody’s fault', () => {
  const rounds = new Map([
    ['apollo' as const, [window(2, 100), window(8, 25), window(2, 100)]],
    ['http' as const, [window(1, 300), window(4, 75), window(2, 100)]],
  ]);
  expect(ratios(rounds, 'http')).toEqual({ cpu: 2, requests: 3 });
});

it('says nothing where stock did not run', () => {
  const rounds = new Map([['http' as const, [window(1, 300)]]]);
  expect(ratios(rounds, 'http').cpu).toBeNaN();
});
