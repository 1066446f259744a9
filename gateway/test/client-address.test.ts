import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { hear, startTestGateway, type TestGateway } from './test-gateway.js';

/** As a proxy sends it on that adds its client's address to what the client made up. */
const FORWARDED = { 'x-forwarded-for': '6.6.6.6, 203.0.113.7' };

async function addressOverHttp(test: TestGateway): Promise<string | null | undefined> {
  test.graph.auth.requests.length = 0;
  await test.post('{ whoAmI }', { headers: FORWARDED });
  return test.graph.auth.requests[0]?.network;
}

async function addressOverSocket(test: TestGateway): Promise<string | null | undefined> {
  test.graph.auth.requests.length = 0;
  class ThroughProxy extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, { headers: FORWARDED });
    }
  }
  const url = `${test.url.replace('http', 'ws')}/graphql`;
  const client = createClient({ url, webSocketImpl: ThroughProxy, retryAttempts: 0 });
  const heard = hear(client, '{ whoAmI }');
  await eventually(() => expect(heard.done).toBe(true));
  await client.dispose();
  return test.graph.auth.requests[0]?.network;
}

describe('the address a client is throttled by', () => {
  let open: TestGateway;
  let proxied: TestGateway;
  beforeAll(async () => {
    open = await startTestGateway();
    proxied = await startTestGateway({ settings: { TRUST_PROXY: 'on' } });
  });
  afterAll(() => Promise.all([open.stop(), proxied.stop()]));

  it('is that of the connection, whatever the client says', async () => {
    expect(await addressOverHttp(open)).toContain('127.0.0.1');
    expect(await addressOverSocket(open)).toContain('127.0.0.1');
  });

  it('is what the proxy in front adds, not what the client wrote before that', async () => {
    expect(await addressOverHttp(proxied)).toBe('203.0.113.7');
    expect(await addressOverSocket(proxied)).toBe('203.0.113.7');
  });
});
