import { describe, expect, test } from '@jest/globals';
import { contentTypeOf, isShownInPlace, readRange } from './content-type.rules.js';
import { AddressSigner } from './signed-address.js';

describe('content types', () => {
  test('by the end of the name; anything unknown is bytes', () => {
    expect(contentTypeOf('a b.PNG')).toBe('image/png');
    expect(contentTypeOf('clip.mp4')).toBe('video/mp4');
    expect(contentTypeOf('x.constructor')).toBe('application/octet-stream');
    expect(contentTypeOf('Makefile')).toBe('application/octet-stream');
  });

  test('what could act on our address is downloaded, not shown', () => {
    for (const risky of ['a.html', 'a.js', 'a.xml', 'a.css', 'a.exe']) {
      expect(isShownInPlace(contentTypeOf(risky))).toBe(false);
    }
    for (const plain of ['a.png', 'a.svg', 'a.mp4', 'a.pdf', 'a.srt']) {
      expect(isShownInPlace(contentTypeOf(plain))).toBe(true);
    }
  });
});

describe('ranges', () => {
  test.each([
    [null, null],
    ['bytes=0-9', { from: 0, to: 9 }],
    ['bytes=90-', { from: 90, to: 99 }],
    ['bytes=-10', { from: 90, to: 99 }],
    ['bytes=-1000', { from: 0, to: 99 }],
    ['bytes=50-1000', { from: 50, to: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=5-2', null],
    ['bytes=0-1,5-6', null],
    ['items=0-1', null],
    ['bytes=-', null],
  ])('%j of 100 bytes', (header, range) => {
    expect(readRange(header, 100)).toEqual(range);
  });
});

describe('signed addresses', () => {
  const signer = new AddressSigner('a secret of at least 32 characters');
  const now = new Date('2026-01-01T00:00:00Z');
  const later = now.getTime() / 1000 + 60;
  const url = (path: string) => new URL(path, 'http://localhost');

  test('hold for what was signed, until they expire', () => {
    const address = url(signer.sign('GET media', '/media/1', 'org', later));
    expect(signer.verify('GET media', address, now)).toBe('org');
    expect(signer.verify('GET media', address, new Date(later * 1000))).toBeNull();
    expect(signer.verify('PUT upload', address, now)).toBeNull();
    address.pathname = '/media/2';
    expect(signer.verify('GET media', address, now)).toBeNull();
  });

  test('another secret signs nothing of ours', () => {
    const forged = new AddressSigner('another secret').sign('GET media', '/media/1', 'org', later);
    expect(signer.verify('GET media', url(forged), now)).toBeNull();
    expect(signer.verify('GET media', url('/media/1'), now)).toBeNull();
  });
});
