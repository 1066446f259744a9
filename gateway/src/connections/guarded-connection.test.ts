import { describe, expect, it } from '@jest/globals';
import type { SubgraphRequest, SubgraphResponse } from '@lyceum/platform/subgraph';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import { CIRCUIT } from './circuit.js';
import { GuardedConnection, type GuardOptions } from './guarded-connection.js';
import { RetryBudget } from './retry-budget.js';
import { SubgraphFailure } from './subgraph-failure.js';

const QUERY = { isMutation: false, isPatient: false };
const MUTATION = { isMutation: true, isPatient: false };
const EVENT = { isMutation: false, isPatient: true };
const ANSWER: SubgraphResponse = { data: { answer: 42 } };

/** Does as `answer` says, and notes what it is asked. */
function guarded(
  answer: (request: SubgraphRequest) => Promise<SubgraphResponse>,
  options: Partial<GuardOptions> = {},
) {
  const asked: SubgraphRequest[] = [];
  const connection = {
    name: 'course',
    async execute(request: SubgraphRequest) {
      asked.push(request);
      return answer(request);
    },
    route: async () => new Response(null),
    ready: async () => true,
    close: async () => undefined,
  };
  const guard = new GuardedConnection(connection, {
    ...{ timeoutMs: 10_000, mostAtATime: 10 },
    ...options,
  });
  const ask = (traits = QUERY, signal?: AbortSignal) =>
    guard.ask({ viewer: ANONYMOUS, correlationId: 'c', ...(signal ? { signal } : {}) }, traits);
  return { guard, asked, ask };
}
const never = () => new Promise<never>(() => undefined);
const down = async () => {
  throw new SubgraphFailure('unreachable', 'ECONNREFUSED');
};
const kind = (kindOfIt: string) => expect.objectContaining({ kind: kindOfIt });

describe('cancellation', () => {
  it('ends the waiting for a query, and tells the subgraph', async () => {
    const { ask, asked } = guarded(never);
    const abort = new AbortController();
    const answer = ask(QUERY, abort.signal);
    expect(asked[0]?.signal?.aborted).toBe(false);
    abort.abort();
    await expect(answer).rejects.toEqual(kind('cancelled'));
    expect(asked[0]?.signal?.aborted).toBe(true);
  });

  it('ends the waiting for a change, and lets the change go on', async () => {
    let finish = (): void => undefined;
    const { ask, asked } = guarded(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      return ANSWER;
    });
    const abort = new AbortController();
    const answer = ask(MUTATION, abort.signal);
    abort.abort();
    await expect(answer).rejects.toEqual(kind('cancelled'));
    expect(asked[0]?.signal?.aborted).toBe(false);
    finish();
  });

  it('begins nothing', async () => {
    const { ask, asked } = guarded(async () => ANSWER);
    for (const traits of [QUERY, MUTATION]) {
      await expect(ask(traits, AbortSignal.abort())).rejects.toEqual(kind('not-asked'));
    }
    expect(asked).toHaveLength(0);
  });

  it('says nothing of the subgraph: its circuit stays closed', async () => {
    const { ask, guard } = guarded(never);
    for (let i = 0; i < 50; i += 1) {
      const abort = new AbortController();
      const answer = ask(QUERY, abort.signal);
      abort.abort();
      await expect(answer).rejects.toEqual(kind('cancelled'));
    }
    expect(guard.circuit).toBe('closed');
  });
});

describe('a slow subgraph', () => {
  it('holds so many fetches and no more; those of events wait for their turn', async () => {
    const { ask, asked } = guarded(never, { timeoutMs: 200, mostAtATime: 3 });
    const slow = Array.from({ length: 3 }, () => ask());
    await expect(ask()).rejects.toEqual(kind('not-asked'));
    const event = ask(EVENT);
    expect(asked).toHaveLength(4);
    for (const one of [...slow, event]) await expect(one).rejects.toEqual(kind('timed-out'));
    await expect(ask()).rejects.toEqual(kind('timed-out'));
  });
});

describe('the circuit', () => {
  const circuit = { ...CIRCUIT, againMs: 100, mostMs: 100 };

  it('opens, lets one try at a time, and closes when one is answered', async () => {
    let finish: ((answer: SubgraphResponse) => void) | null = null;
    let answer: () => Promise<SubgraphResponse> = down;
    const states: string[] = [];
    const { ask, asked, guard } = guarded(() => answer(), {
      circuit,
      onCircuit: (state) => states.push(state),
    });
    for (let i = 0; i < 5; i += 1) await expect(ask(MUTATION)).rejects.toEqual(kind('unreachable'));
    expect(guard.circuit).toBe('open');
    await expect(ask()).rejects.toEqual(kind('not-asked'));
    expect(asked).toHaveLength(5);

    answer = () => new Promise((resolve) => (finish = resolve));
    const abort = new AbortController();
    let tried: Promise<SubgraphResponse> | undefined;
    await eventually(() => {
      tried = ask(QUERY, abort.signal);
      tried.catch(() => undefined);
      expect(guard.circuit).toBe('trying');
    });
    await expect(ask()).rejects.toEqual(kind('not-asked'));
    // The client of the one that tries goes away: it tries on.
    abort.abort();
    await expect(tried).rejects.toEqual(kind('cancelled'));
    expect(guard.circuit).toBe('trying');
    finish!(ANSWER);
    await eventually(() => expect(guard.circuit).toBe('closed'));
    expect(asked).toHaveLength(6);
    expect(states).toEqual(['open', 'trying', 'closed']);
  });

  it('opens when half of many fail, although never several in a row', async () => {
    let n = 0;
    const { ask, guard } = guarded(async () => ((n += 1) % 3 === 0 ? ANSWER : down()), { circuit });
    for (let i = 0; i < 19; i += 1) await ask(MUTATION).catch(() => undefined);
    expect(guard.circuit).toBe('closed');
    await ask(MUTATION).catch(() => undefined);
    expect(guard.circuit).toBe('open');
  });

  it('stays open when the one that tries fails as well', async () => {
    const { ask, guard } = guarded(down, { circuit });
    for (let i = 0; i < 5; i += 1) await ask(MUTATION).catch(() => undefined);
    await eventually(() => expect(ask(MUTATION)).rejects.toEqual(kind('unreachable')));
    expect(guard.circuit).toBe('open');
  });
});

describe('retries', () => {
  it('are a part of the fetches, however many of them fail', async () => {
    const budget = new RetryBudget(0.1);
    let retries = 0;
    for (let i = 0; i < 10_000; i += 1) {
      budget.fetched();
      if (budget.take()) retries += 1;
    }
    expect(retries).toBeGreaterThan(990);
    expect(retries).toBeLessThanOrEqual(1_010);
  });

  it('do not outlast the time of the fetch', async () => {
    const { ask, asked } = guarded(down, { timeoutMs: 20 });
    await expect(ask()).rejects.toEqual(kind('unreachable'));
    expect(asked).toHaveLength(1);
  });
});
