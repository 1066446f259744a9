import { describe, expect, it } from '@jest/globals';
import type { AnswerKey, CourseStructure, StructureQuestion } from '@lyceum/events/course';
import { MAX_STRUCTURE_BYTES, obstacleOf, obstacles } from './publishing.rules.js';

type Topic = CourseStructure['modules'][0]['lessons'][0]['topics'][0];

const choices = [
  { id: 'a', text: 'A' },
  { id: 'b', text: 'B' },
];
const question = (kind: StructureQuestion['kind'], key: AnswerKey): StructureQuestion => ({
  ...{ id: 'q', kind, prompt: 'Q', points: 1, key },
  choices: key.kind === 'CHOICES' ? choices : [],
});
const chosen = (...choiceIds: string[]): AnswerKey => ({ kind: 'CHOICES', choiceIds });

function course(topic: Partial<Topic>): CourseStructure {
  const whole: Topic = { id: 't', title: 'T', completionRule: 'VIEW', blocks: [], ...topic };
  const lessons = [{ id: 'l', title: 'L', topics: [whole] }];
  return { modules: [{ id: 'm', title: 'M', lessons }] };
}

function quiz(...questions: StructureQuestion[]): Topic['blocks'] {
  const own = { passingPercent: 50, attemptsAllowed: null, questions };
  return [{ id: 'b', kind: 'QUIZ', title: 'Quiz', quiz: own }];
}

describe('obstacles', () => {
  it('are none for a course of one topic, and none for a quiz with its keys', () => {
    expect(obstacles(course({}))).toEqual([]);
    const blocks = quiz(question('SINGLE_CHOICE', chosen('a')));
    expect(obstacles(course({ completionRule: 'QUIZ_SCORE', blocks }))).toEqual([]);
  });

  it('say where and why', () => {
    expect(obstacles({ modules: [] })).toEqual([{ path: 'modules', reason: 'NO_TOPICS' }]);
    const topic = 'modules.0.lessons.0.topics.0';
    expect(obstacles(course({ completionRule: 'QUIZ_SCORE' }))).toEqual([
      { path: topic, reason: 'NO_QUIZ_FOR_RULE' },
    ]);
    expect(obstacles(course({ blocks: quiz() }))).toEqual([
      { path: `${topic}.blocks.0`, reason: 'NO_QUESTIONS' },
    ]);
    const blocks = quiz(question('TEXT', { kind: 'TEXT', accepted: [], caseSensitive: false }));
    expect(obstacles(course({ blocks }))).toEqual([
      { path: `${topic}.blocks.0.questions.0`, reason: 'NO_KEY' },
    ]);
  });

  it('refuse what no event can carry', () => {
    expect(obstacles(course({ title: 'x'.repeat(MAX_STRUCTURE_BYTES) }))).toEqual([
      { path: 'modules', reason: 'TOO_LARGE' },
    ]);
  });
});

describe('obstacleOf', () => {
  it.each<[StructureQuestion['kind'], AnswerKey, ReturnType<typeof obstacleOf>]>([
    ['SINGLE_CHOICE', chosen(), 'NO_KEY'],
    ['DROPDOWN', chosen(), 'NO_KEY'],
    ['MULTIPLE_CHOICE', chosen(), null],
    ['MULTIPLE_CHOICE', chosen('a', 'b'), null],
    ['SINGLE_CHOICE', chosen('c'), 'KEY_NOT_AMONG_CHOICES'],
    ['TEXT', chosen('a'), 'KEY_OF_OTHER_KIND'],
    ['TEXT', { kind: 'TEXT', accepted: [' '], caseSensitive: true }, 'NO_KEY'],
    ['TEXT', { kind: 'TEXT', accepted: ['x'], caseSensitive: true }, null],
    ['NUMERIC', { kind: 'NUMERIC', ranges: [] }, 'NO_KEY'],
    ['NUMERIC', { kind: 'NUMERIC', ranges: [{ minimum: 2, maximum: 1 }] }, 'RANGE_UPSIDE_DOWN'],
    ['NUMERIC', { kind: 'NUMERIC', ranges: [{ minimum: 1, maximum: 1 }] }, null],
  ])('%s with %j: %s', (kind, key, expected) => {
    expect(obstacleOf(question(kind, key))).toBe(expected);
  });

  it('asks for choices', () => {
    expect(obstacleOf({ ...question('DROPDOWN', chosen('a')), choices: [] })).toBe('NO_CHOICES');
  });
});
