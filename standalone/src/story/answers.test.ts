import { describe, expect, it } from '@jest/globals';
import type { AnswerKey as StoredKey, StructureQuestion } from '@lyceum/events/course';
import { mark } from '@lyceum/progress/assessment/marking.rules';
import { rightAnswer, wrongAnswer, type Answer, type AnswerKey } from './answers.js';

const CHOICES = [
  { id: 'a', text: 'A' },
  { id: 'b', text: 'B' },
  { id: 'c', text: 'C' },
];

function question(kind: StructureQuestion['kind'], key: StoredKey): StructureQuestion {
  const choices = key.kind === 'CHOICES' ? CHOICES : [];
  return { id: 'q', kind, prompt: '?', points: 2, choices, key };
}

/** As the graph shows it. */
function shown(key: StoredKey): AnswerKey {
  return {
    questionId: 'q',
    choiceIds: key.kind === 'CHOICES' ? key.choiceIds : null,
    ranges: key.kind === 'NUMERIC' ? key.ranges : null,
    accepted: key.kind === 'TEXT' ? key.accepted : null,
  };
}

function points(asked: StructureQuestion, { choiceIds = [], text, number }: Answer): number {
  const answer = { questionId: 'q', choiceIds, text: text ?? null, number: number ?? null };
  return mark([asked], 50, [answer]).score;
}

describe.each<[string, StructureQuestion]>([
  ['single choice', question('SINGLE_CHOICE', { kind: 'CHOICES', choiceIds: ['b'] })],
  ['dropdown', question('DROPDOWN', { kind: 'CHOICES', choiceIds: ['c'] })],
  ['multiple choice', question('MULTIPLE_CHOICE', { kind: 'CHOICES', choiceIds: ['a', 'c'] })],
  [
    'all that hold: all',
    question('MULTIPLE_CHOICE', { kind: 'CHOICES', choiceIds: ['a', 'b', 'c'] }),
  ],
  ['all that hold: none', question('MULTIPLE_CHOICE', { kind: 'CHOICES', choiceIds: [] })],
  ['a number', question('NUMERIC', { kind: 'NUMERIC', ranges: [{ minimum: 0.1, maximum: 0.3 }] })],
  [
    'a negative number',
    question('NUMERIC', { kind: 'NUMERIC', ranges: [{ minimum: -5, maximum: -5 }] }),
  ],
  ['a text', question('TEXT', { kind: 'TEXT', accepted: ['Paris'], caseSensitive: true })],
])('%s', (_name, asked) => {
  it('is answered rightly by its key, and wrongly when that is wanted', () => {
    expect(points(asked, rightAnswer(asked, shown(asked.key)))).toBe(2);
    expect(points(asked, wrongAnswer(asked, shown(asked.key)))).toBe(0);
  });
});
