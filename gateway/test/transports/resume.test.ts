import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { eventually } from '@lyceum/testkit/eventually';
import { person, progressEvent } from '../test-graph.js';
import { startTestGateway, type TestGateway } from '../test-gateway.js';
import { codeOf, firstOf, TRANSPORTS, type Answer, type Asked } from './ask.js';

const query = 'subscription { courseActivity { percent } }';

let test: TestGateway;
beforeAll(async () => {
  test = await startTestGateway();
});
afterAll(() => test.stop());

const feeds = (count: number) => eventually(() => expect(test.gateway.open.feeds).toBe(count));
const happen = (percent: number) =>
  test.bus.publish(progressEvent({ courseId: newId(), learnerId: newId(), percent }));
const percents = ({ answers }: Asked) =>
  answers.map(({ data }) => (data?.['courseActivity'] as { percent: number } | null)?.percent);
const cursorOf = ({ extensions }: Answer) => (extensions as { cursor: string }).cursor;

/** A client that is told all on one transport may go on on any other. */
const PAIRS = TRANSPORTS.flatMap(([from, first]) =>
  TRANSPORTS.map(([to, second]) => [from, to, first, second] as const),
);

it.each(PAIRS)('what was missed after %s is told over %s', async (_from, _to, ask, askAgain) => {
  const as = person();
  const before = await ask(test, { query }, { as });
  await feeds(1);
  await happen(1);
  const resumeAfter = cursorOf(await firstOf(before));
  before.leave();
  await feeds(0);
  for (const percent of [2, 3]) await happen(percent);
  const after = await askAgain(test, { query, extensions: { resumeAfter } }, { as });
  await eventually(() => expect(percents(after)).toEqual([2, 3]));
  await happen(4);
  await eventually(() => expect(percents(after)).toEqual([2, 3, 4]));
  after.leave();
  await feeds(0);
});

describe.each(TRANSPORTS)('over %s', (_, ask) => {
  it('who cannot be told what was missed is told so, and then what comes', async () => {
    const request = { query, extensions: { resumeAfter: 'unheard-of' } };
    const asked = await ask(test, request, { as: person() });
    expect(codeOf(await firstOf(asked))).toBe('RESYNC_REQUIRED');
    await happen(5);
    await eventually(() => expect(percents(asked)).toEqual([undefined, 5]));
    expect(asked.isOver).toBe(false);
    asked.leave();
    await feeds(0);
  });
});
