import type {
  CourseStructure,
  QuizCompletion,
  ShowFeedback,
  StructureQuestion,
} from '@lyceum/events/course';
import { newId } from '@lyceum/platform/ids';

/**
 * Two modules of three lessons: a topic of each completion rule, and as many more topics by viewing
 * as wanted. The right answers all contain the word SECRET, so that a leak is easily found.
 */
export function sampleCourse(
  options: {
    attemptsAllowed?: number | null;
    completion?: QuizCompletion;
    showFeedback?: ShowFeedback;
    more?: number;
  } = {},
) {
  const ids = {
    reading: newId(),
    page: newId(),
    video: newId(),
    exam: newId(),
    quiz: newId(),
    secondQuiz: newId(),
    reflection: newId(),
  };
  const block = (id: string, kind: 'PAGE' | 'VIDEO') => ({ id, kind, title: kind, quiz: null });
  const quiz = (id: string, passingPercent: number, questions: StructureQuestion[]) => ({
    id,
    kind: 'QUIZ' as const,
    title: 'Quiz',
    quiz: {
      passingPercent,
      attemptsAllowed: options.attemptsAllowed ?? null,
      completion: options.completion,
      showFeedback: options.showFeedback,
      questions,
    },
  });
  const more = Array.from({ length: options.more ?? 0 }, (_, i) => ({
    id: newId(),
    title: `More ${i}`,
    completionRule: 'VIEW' as const,
    blocks: [block(newId(), 'PAGE')],
  }));
  const structure: CourseStructure = {
    modules: [
      {
        id: newId(),
        title: 'First',
        lessons: [
          {
            id: newId(),
            title: 'Begin',
            topics: [
              {
                id: ids.reading,
                title: 'Reading',
                completionRule: 'VIEW',
                blocks: [block(ids.page, 'PAGE'), block(ids.video, 'VIDEO')],
              },
            ],
          },
          {
            id: newId(),
            title: 'Prove',
            topics: [
              {
                id: ids.exam,
                title: 'Exam',
                completionRule: 'QUIZ_SCORE',
                blocks: [quiz(ids.quiz, 60, questions()), quiz(ids.secondQuiz, 50, [textQuestion])],
              },
            ],
          },
        ],
      },
      {
        id: newId(),
        title: 'Second',
        lessons: [
          {
            id: newId(),
            title: 'Think',
            topics: [
              { id: ids.reflection, title: 'Reflect', completionRule: 'MANUAL', blocks: [] },
              ...more,
            ],
          },
        ],
      },
    ],
  };
  return {
    courseId: newId(),
    title: 'How to learn',
    structure,
    ids,
    more: more.map((topic) => ({ topicId: topic.id, blockId: topic.blocks[0]!.id })),
  };
}
export type SampleCourse = ReturnType<typeof sampleCourse>;

const textQuestion: StructureQuestion = {
  id: 'capital',
  kind: 'TEXT',
  prompt: 'Which word?',
  points: 1,
  choices: [],
  key: { kind: 'TEXT', accepted: ['SECRET word'], caseSensitive: false },
};

function questions(): StructureQuestion[] {
  return [
    {
      id: 'single',
      kind: 'SINGLE_CHOICE',
      prompt: 'One of these?',
      points: 1,
      choices: [
        { id: 'a', text: 'Alpha' },
        { id: 'b-SECRET', text: 'Beta' },
      ],
      key: { kind: 'CHOICES', choiceIds: ['b-SECRET'] },
    },
    {
      id: 'multiple',
      kind: 'MULTIPLE_CHOICE',
      prompt: 'Which of these?',
      points: 2,
      choices: [
        { id: 'c-SECRET', text: 'Gamma' },
        { id: 'd', text: 'Delta' },
        { id: 'e-SECRET', text: 'Epsilon' },
      ],
      key: { kind: 'CHOICES', choiceIds: ['c-SECRET', 'e-SECRET'] },
    },
    {
      id: 'number',
      kind: 'NUMERIC',
      prompt: 'How many?',
      points: 1,
      choices: [],
      key: { kind: 'NUMERIC', ranges: [{ minimum: 41.5, maximum: 42.5 }] },
    },
  ];
}

/** Answers to the first quiz that earn all its points. */
export const RIGHT = [
  { questionId: 'single', choiceIds: ['b-SECRET'] },
  { questionId: 'multiple', choiceIds: ['e-SECRET', 'c-SECRET'] },
  { questionId: 'number', number: 42 },
];
/** Answers to the first quiz of which only one, worth a quarter, is right. */
export const MOSTLY_WRONG = [
  { questionId: 'single', choiceIds: ['a'] },
  { questionId: 'multiple', choiceIds: ['d'] },
  { questionId: 'number', number: 42 },
];
export const RIGHT_WORD = [{ questionId: 'capital', text: '  secret   WORD ' }];
