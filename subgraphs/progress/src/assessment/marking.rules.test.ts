import { describe, expect, it } from '@jest/globals';
import type { AnswerKey, StructureQuestion } from '@lyceum/events/course';
import fc from 'fast-check';
import { isCorrect, mark, unacceptable, type Answer } from './marking.rules.js';

function question(
  kind: StructureQuestion['kind'],
  key: AnswerKey,
  more: Partial<StructureQuestion> = {},
): StructureQuestion {
  const choices = ['a', 'b', 'c'].map((id) => ({ id, text: id.toUpperCase() }));
  return { id: 'q', kind, prompt: '?', points: 1, choices, key, ...more };
}
function answer(given: Partial<Answer>): Answer {
  return { questionId: 'q', choiceIds: [], text: null, number: null, ...given };
}
const choices = (...choiceIds: string[]) => answer({ choiceIds });

describe('marking', () => {
  it.each(['SINGLE_CHOICE', 'DROPDOWN'] as const)('%s takes the one right choice', (kind) => {
    const single = question(kind, { kind: 'CHOICES', choiceIds: ['b'] });
    expect(isCorrect(single, choices('b'))).toBe(true);
    expect(isCorrect(single, choices('a'))).toBe(false);
    expect(isCorrect(single, choices('a', 'b'))).toBe(false);
    expect(isCorrect(single, choices())).toBe(false);
  });

  it('MULTIPLE_CHOICE takes all right choices and no other, in any order', () => {
    const multiple = question('MULTIPLE_CHOICE', { kind: 'CHOICES', choiceIds: ['a', 'c'] });
    expect(isCorrect(multiple, choices('c', 'a'))).toBe(true);
    expect(isCorrect(multiple, choices('c', 'a', 'a'))).toBe(true);
    expect(isCorrect(multiple, choices('a'))).toBe(false);
    expect(isCorrect(multiple, choices('a', 'b', 'c'))).toBe(false);
    const none = question('MULTIPLE_CHOICE', { kind: 'CHOICES', choiceIds: [] });
    expect(isCorrect(none, choices())).toBe(true);
  });

  it('NUMERIC takes the ranges with their ends, as number or text', () => {
    const numeric = question('NUMERIC', {
      kind: 'NUMERIC',
      ranges: [
        { minimum: 0.3, maximum: 0.3 },
        { minimum: -5, maximum: -4 },
      ],
    });
    for (const number of [0.1 + 0.2, 0.3, -5, -4, -4.5]) {
      expect(isCorrect(numeric, answer({ number }))).toBe(true);
    }
    for (const number of [0.31, -3.99, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(isCorrect(numeric, answer({ number }))).toBe(false);
    }
    expect(isCorrect(numeric, answer({ text: ' 0.3 ' }))).toBe(true);
    expect(isCorrect(numeric, answer({ text: 'a third' }))).toBe(false);
    expect(isCorrect(numeric, answer({ text: ' ' }))).toBe(false);
    expect(isCorrect(numeric, answer({}))).toBe(false);
  });

  it('TEXT looks past spaces, and past case unless it matters', () => {
    const text = (caseSensitive: boolean) =>
      question('TEXT', { kind: 'TEXT', accepted: ['New  York', 'Café'], caseSensitive });
    expect(isCorrect(text(false), answer({ text: '  new york ' }))).toBe(true);
    expect(isCorrect(text(false), answer({ text: 'CAFE\u0301' }))).toBe(true);
    expect(isCorrect(text(true), answer({ text: 'New York' }))).toBe(true);
    expect(isCorrect(text(true), answer({ text: 'new york' }))).toBe(false);
    expect(isCorrect(text(false), answer({ text: 'newyork' }))).toBe(false);
    expect(isCorrect(text(false), answer({ text: ' ' }))).toBe(false);
  });

  it('adds up the points of right answers; what is left out earns none', () => {
    const key: AnswerKey = { kind: 'CHOICES', choiceIds: ['b'] };
    const quiz = [
      question('SINGLE_CHOICE', key, { id: 'one', points: 0.1 }),
      question('SINGLE_CHOICE', key, { id: 'two', points: 0.2 }),
      question('SINGLE_CHOICE', key, { id: 'three', points: 0.7 }),
    ];
    const given = [
      { ...choices('b'), questionId: 'one' },
      { ...choices('b'), questionId: 'two' },
    ];
    const marked = mark(quiz, 30, given);
    expect(marked).toMatchObject({ score: 0.3, maxScore: 1, percent: 30, passed: true });
    expect(marked.answers.map((one) => [one.response, one.correct, one.points])).toEqual([
      ['B', true, 0.1],
      ['B', true, 0.2],
      ['', false, 0],
    ]);
    expect(mark(quiz, 30.1, given).passed).toBe(false);
  });

  it('passes a quiz without points when it is handed in', () => {
    expect(mark([], 80, [])).toMatchObject({ score: 0, maxScore: 0, percent: 100, passed: true });
  });

  it('keeps percent within 0 and 100', () => {
    const points = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(points, fc.array(fc.boolean(), { maxLength: 20 }), (worth, right) => {
        const quiz = worth.map((one, i) =>
          question(
            'SINGLE_CHOICE',
            { kind: 'CHOICES', choiceIds: ['b'] },
            { id: String(i), points: one },
          ),
        );
        const given = quiz.map((one, i) => ({
          ...choices(right[i] ? 'b' : 'a'),
          questionId: one.id,
        }));
        const { percent, score, maxScore } = mark(quiz, 50, given);
        expect(percent).toBeGreaterThanOrEqual(0);
        expect(percent).toBeLessThanOrEqual(100);
        expect(score).toBeLessThanOrEqual(maxScore);
      }),
    );
  });
});

describe('answers that cannot belong to the quiz', () => {
  const quiz = [question('SINGLE_CHOICE', { kind: 'CHOICES', choiceIds: ['b'] })];

  it('are told from those that can', () => {
    expect(unacceptable(quiz, [choices('a')])).toBeNull();
    expect(unacceptable(quiz, [choices('z')])).toEqual({ index: 0, reason: 'UNKNOWN_CHOICE' });
    expect(unacceptable(quiz, [choices('a'), choices('b')])).toEqual({
      index: 1,
      reason: 'ANSWERED_TWICE',
    });
    expect(unacceptable(quiz, [{ ...choices('a'), questionId: 'other' }])).toEqual({
      index: 0,
      reason: 'UNKNOWN_QUESTION',
    });
  });
});
