import { connect } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { eventually } from '@lyceum/testkit/eventually';
import { openStream } from './event-stream/open-stream.js';
import { person } from './test-graph.js';
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

it('what is asked for by GET has no body to wait for, however long it takes', async () => {
  test = await startTestGateway({ settings: { LIMIT_BODY_MS: '100', HEARTBEAT_MS: '50' } });
  const query = 'subscription { courseActivity { percent } }';
  const open = await openStream(test, { query }, { as: person(), method: 'GET' });
  await eventually(() => expect(open.text.match(/:\n\n/g)?.length).toBeGreaterThan(8));
  expect(open.failed).toBe(false);
  open.leave();
});

it('a body that comes by GET all the same is not waited for either', async () => {
  test = await startTestGateway({ settings: { LIMIT_BODY_MS: '100' } });
  const socket = connect(Number(new URL(test.url).port), '127.0.0.1');
  socket.on('error', () => undefined).resume();
  socket.write('GET /graphql?query={whoAmI} HTTP/1.1\r\nhost: a\r\ncontent-length: 90\r\n\r\n{');
  await new Promise((resolve) => socket.once('close', resolve));
});
