import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyAccessToken } from '@lyceum/platform/access-token';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { createInProcessBus } from '@lyceum/platform/bus/in-process-bus';
import { createMetrics } from '@lyceum/platform/telemetry/metrics';
import { testService, type TestService } from '@lyceum/testkit/service';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet } from 'jose';
import { newcomer, REGISTER, TEST_SETTINGS, type SignedInAnswer } from '../../test/auth.fixture.js';
import { authService } from '../app.js';

let app: TestService;
beforeAll(async () => {
  app = await testService(authService, { settings: TEST_SETTINGS });
});
afterAll(() => app.close());

async function keySet(service = app.running): Promise<JSONWebKeySet> {
  const response = await service.route(new Request('http://auth/.well-known/jwks.json'));
  expect(response.headers.get('content-type')).toContain('application/jwk-set+json');
  return (await response.json()) as JSONWebKeySet;
}

function start(settings: Record<string, string>) {
  return authService.start({
    databaseUrl: app.databaseUrl,
    settings,
    bus: createInProcessBus({ log: silentLogger }),
    log: silentLogger,
    metrics: createMetrics({ defaults: false }),
    workers: false,
  });
}

describe('the key set', () => {
  it('verifies the tokens that are given out', async () => {
    const input = newcomer({
      email: 'a@keys.example',
      newOrganization: { name: 'Keys', slug: 'keys' },
    });
    const { data, extensions } = await app.as(ANONYMOUS).query<SignedInAnswer>(REGISTER, { input });
    const token = data.result.accessToken;
    const { viewer, expiresAt } = await verifyAccessToken(token, createLocalJWKSet(await keySet()));
    expect(viewer).toEqual(extensions?.viewer);
    expect(expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(600_000);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
  });

  it('has public parts only', async () => {
    const { keys } = await keySet();
    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0] ?? {}).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'alg',
      'crv',
      'kid',
      'kty',
      'use',
      'x',
      'y',
    ]);
  });

  it('is the same after a restart, and for every process on the database', async () => {
    const others = await Promise.all([start(TEST_SETTINGS), start(TEST_SETTINGS)]);
    for (const other of others) {
      expect(await keySet(other)).toEqual(await keySet());
      await other.close();
    }
  });
});

it('private keys lie encrypted, and another secret does not open them', async () => {
  const [row] = await app.sql<{ private_key: Buffer }>('SELECT private_key FROM signing_key');
  expect(row?.private_key.toString('latin1')).not.toContain('PRIVATE KEY');
  const settings = { ...TEST_SETTINGS, AUTH_SECRET: 'another secret, as long as the first one' };
  await expect(start(settings)).rejects.toThrow('another AUTH_SECRET');
});
