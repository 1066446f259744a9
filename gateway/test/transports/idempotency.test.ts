import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  idempotencyAnswerLost,
  idempotencyConflict,
  idempotencyInProgress,
} from '@lyceum/platform/errors';
import type { SubgraphResponse } from '@lyceum/platform/subgraph';
import { startTestGateway, type TestGateway } from '../test-gateway.js';
import { codeOf, onlyOf, STREAMS, TRANSPORTS } from './ask.js';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());
beforeEach(() => {
  test.graph.user.requests.length = 0;
  test.graph.user.answer = null;
});

const answers = (answer: SubgraphResponse): void => {
  test.graph.user.answer = async () => structuredClone(answer) as never;
};
const keys = () => test.graph.user.requests.map(({ idempotency }) => idempotency?.key);
const query = 'mutation { pretend }';
const keyed = (idempotencyKey: string) => ({ query, extensions: { idempotencyKey } });

describe.each(TRANSPORTS)('an idempotency key over %s', (_, ask) => {
  it('goes to the subgraph, and the answer says when it is not the first', async () => {
    const first = await onlyOf(ask(test, keyed('k-1')));
    expect(first).toEqual({ data: { pretend: 'became someone' } });
    answers({ data: { pretend: 'before' }, extensions: { replayed: true } });
    const again = await onlyOf(ask(test, keyed('k-1')));
    expect(again).toEqual({ data: { pretend: 'before' }, extensions: { replayed: true } });
    expect(keys()).toEqual(['k-1', 'k-1']);
  });

  it.each([idempotencyConflict(), idempotencyInProgress(7), idempotencyAnswerLost()])(
    'refuses the mutation for what is known of it: %s',
    async (error) => {
      answers({ data: null, errors: [error.toJSON()] });
      expect(await onlyOf(ask(test, keyed('k-2')))).toEqual({
        errors: [expect.objectContaining({ extensions: error.toJSON().extensions })],
      });
    },
  );

  it('is refused when it is none', async () => {
    const { errors } = await onlyOf(ask(test, keyed('a b')));
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', reason: 'NO_KEY' } }]);
    expect(keys()).toEqual([]);
  });
});

describe.each(STREAMS)('the header Idempotency-Key over %s', (_, ask) => {
  const headers = { 'idempotency-key': 'k-3' };

  it('is the same', async () => {
    await onlyOf(ask(test, { query }, { headers }));
    await onlyOf(ask(test, keyed('k-3'), { headers }));
    expect(keys()).toEqual(['k-3', 'k-3']);
    expect(codeOf(await onlyOf(ask(test, keyed('another'), { headers })))).toBe('BAD_USER_INPUT');
  });

  it('means nothing to a query', async () => {
    expect((await onlyOf(ask(test, { query: '{ greet }' }, { headers }))).errors).toBeUndefined();
    expect(keys()).toEqual([undefined]);
  });
});
