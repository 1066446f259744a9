import { connect } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { startTestGateway, type TestGateway } from './test-gateway.js';

let test: TestGateway;
afterEach(() => test.stop());

it('a body that does not come to an end keeps its connection no longer than it may', async () => {
  test = await startTestGateway({ settings: { LIMIT_BODY_MS: '100' } });
  const socket = connect(Number(new URL(test.url).port), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
  socket.on('error', () => undefined);
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{"query":',
  );
  await new Promise((resolve) => socket.once('close', resolve));
  expect(heard).not.toContain('200');
  expect((await test.post('{ whoAmI }')).body).toEqual({ data: { whoAmI: 'nobody' } });
});
