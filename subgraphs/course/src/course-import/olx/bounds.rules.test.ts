import { describe, expect, test } from '@jest/globals';
import { draftTree } from '../../draft/draft-tree.js';
import { blocksOf, course } from '../../../test/olx-course.js';
import { readOlx } from './read-olx.js';

describe('what is beyond the bounds of a course is left out, with its size and the limit', () => {
  const many = (count: number, of: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => of(i)).join('');
  const page = '<html><p>x</p></html>';
  const topic = `<vertical>${page}</vertical>`;
  const lesson = `<sequential display_name="L">${topic}</sequential>`;

  test.each([
    [
      'modules',
      { 'course/run.xml': `<course>${many(201, () => `<chapter>${lesson}</chapter>`)}</course>` },
      '201 modules in the course; the limit is 200',
    ],
    [
      'lessons',
      { 'chapter/ch.xml': `<chapter display_name="M">${many(501, () => lesson)}</chapter>` },
      '501 lessons in the module “M”; the limit is 500',
    ],
    [
      'topics of a lesson',
      {
        'sequential/sq.xml': `<sequential display_name="L">${many(502, () => topic)}</sequential>`,
      },
      '502 topics in the lesson “L”; the limit is 500',
    ],
    [
      'blocks of a topic',
      { 'vertical/v1.xml': `<vertical display_name="T">${many(203, () => page)}</vertical>` },
      '203 blocks in the topic “T”; the limit is 200; 3 are left out',
    ],
  ])('%s', async (_what, files, reason) => {
    const read = await readOlx(course(files));
    expect(() => draftTree.parse(read.tree)).not.toThrow();
    expect(blocksOf(read).length).toBeGreaterThanOrEqual(200);
    expect(read.report.skipped).toContainEqual(
      expect.objectContaining({ code: 'TOO_LARGE', reason: expect.stringContaining(reason) }),
    );
  });

  test('topics of all lessons together', async () => {
    const chapter = `<chapter>${many(11, (i) => `<sequential url_name="s${i}"/>`)}</chapter>`;
    const lessons = Array.from({ length: 11 }, (_, i): [string, string] => [
      `sequential/s${i}.xml`,
      `<sequential display_name="L${i}">${many(460, () => topic)}</sequential>`,
    ]);
    const read = await readOlx(
      course({ 'chapter/ch.xml': chapter, ...Object.fromEntries(lessons) }),
    );
    expect(read.report.imported).toContainEqual({ kind: 'TOPIC', count: 5_000 });
    expect(read.report.skipped).toContainEqual(
      expect.objectContaining({
        code: 'TOO_LARGE',
        reason: '5,060 topics in the course; the limit is 5,000; “L10” loses 60',
      }),
    );
  }, 30_000);

  const number = (label: string) =>
    `<numericalresponse answer="1"><label>${label}</label></numericalresponse>`;

  test('a question of its own, not its quiz', async () => {
    const read = await readOlx(
      course({
        'vertical/v1.xml': `<vertical><problem display_name="P">${number('a'.repeat(100_001))}${number('b')}</problem></vertical>`,
      }),
    );
    expect(blocksOf(read)).toMatchObject([{ kind: 'QUIZ', questions: [{ prompt: 'b' }] }]);
    expect(read.report.skipped).toContainEqual(
      expect.objectContaining({
        code: 'TOO_LARGE',
        reason: expect.stringContaining('question 1 of 2 of “P”'),
      }),
    );
  });

  test('questions beyond a hundred, which share the weight', async () => {
    const read = await readOlx(
      course({
        'vertical/v1.xml': `<vertical><problem display_name="P" weight="50">${many(101, (i) => number(`q${i}`))}</problem></vertical>`,
      }),
    );
    const [quiz] = blocksOf(read);
    expect(quiz?.kind === 'QUIZ' && quiz.questions).toHaveLength(100);
    expect(quiz).toMatchObject({
      questions: expect.arrayContaining([expect.objectContaining({ points: 0.5 })]),
    });
    expect(read.report.skipped).toContainEqual(
      expect.objectContaining({
        code: 'TOO_LARGE',
        reason: '101 questions in “P”; the limit is 100; the first are taken',
      }),
    );
  });

  test('what a problem shows above its questions', async () => {
    const read = await readOlx(
      course({
        'vertical/v1.xml': `<vertical><problem display_name="P"><p>${'a'.repeat(500_001)}</p>${number('b')}</problem></vertical>`,
      }),
    );
    expect(blocksOf(read)).toMatchObject([{ introduction: '', questions: [{ prompt: 'b' }] }]);
    expect(read.report.skipped).toContainEqual(
      expect.objectContaining({ code: 'TOO_LARGE', reason: expect.stringContaining('“P”') }),
    );
  });

  test('the end of the summary; a language that is none', async () => {
    const read = await readOlx(
      course({
        'course/run.xml': '<course language="not a language"><chapter url_name="ch"/></course>',
        'about/short_description.html': 'a'.repeat(2_001),
      }),
    );
    expect(read.summary).toHaveLength(2_000);
    expect(read.language).toBe('en');
    const reasons = read.report.skipped.map(({ reason }) => reason).join();
    expect(reasons).toContain('2,001 characters; the limit is 2,000');
    expect(reasons).toContain('the language not a language');
  });

  test('the end of a title', async () => {
    const read = await readOlx(
      course({
        'vertical/v1.xml': `<vertical display_name="${'a'.repeat(301)}">${page}</vertical>`,
      }),
    );
    expect(read.tree.modules[0]?.lessons[0]?.topics[0]?.title).toHaveLength(300);
    expect(read.report.skipped).toContainEqual(
      expect.objectContaining({
        path: 'vertical/v1.xml',
        reason: expect.stringContaining('301 characters; the limit is 300'),
      }),
    );
  });
});
