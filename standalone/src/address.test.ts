import { describe, expect, it } from '@jest/globals';
import { isLoopback, localUrl } from './address.js';

describe('where this machine reaches the platform', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:4000'],
    ['0.0.0.0', 'http://127.0.0.1:4000'],
    ['::', 'http://[::1]:4000'],
    ['fd00::7', 'http://[fd00::7]:4000'],
    ['lms.example', 'http://lms.example:4000'],
  ])('listening on %s, that is %s', (host, url) => {
    expect(localUrl(host, 4000)).toBe(url);
    expect(URL.canParse(url)).toBe(true);
  });

  it.each(['localhost', '127.0.0.1', '127.1.2.3', '::1'])('%s is this machine alone', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '192.168.0.7', '127.0.0.1.evil.example'])('%s is not', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
