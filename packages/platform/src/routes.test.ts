import { describe, expect, it } from '@jest/globals';
import { matchRoute } from './routes.js';
import type { Route } from './service.js';

const handle = async () => new Response();
const routes: Route[] = [
  { method: 'GET', path: '/uploads/:uploadId', handle },
  { method: 'PUT', path: '/uploads/:uploadId', handle },
  { method: 'GET', path: '/.well-known/jwks.json', handle },
];
const match = (method: string, path: string) => {
  const found = matchRoute(routes, new Request(`http://x${path}`, { method }));
  return found ? [routes.indexOf(found.route), found.params] : null;
};

describe('a route', () => {
  it('is found by method and path, its parameters decoded', () => {
    expect(match('GET', '/uploads/a')).toEqual([0, { uploadId: 'a' }]);
    expect(match('PUT', '/uploads/a%20b%2Fc?x=1')).toEqual([1, { uploadId: 'a b/c' }]);
    expect(match('GET', '/uploads/%zz')).toEqual([0, { uploadId: '%zz' }]);
    expect(match('GET', '/.well-known/jwks.json')).toEqual([2, {}]);
  });

  it('is not found by another method, or a path that is longer, shorter or climbs', () => {
    expect(match('POST', '/uploads/a')).toBeNull();
    expect(match('GET', '/uploads')).toBeNull();
    expect(match('GET', '/uploads/a/b')).toBeNull();
    expect(match('GET', '/uploads/../a')).toBeNull();
    expect(match('GET', '/well-known/jwks.json')).toBeNull();
  });
});
