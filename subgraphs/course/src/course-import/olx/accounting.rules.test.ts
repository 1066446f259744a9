import { describe, expect, test } from '@jest/globals';
import { blocksOf, course } from '../../../test/olx-course.js';
import { readOlx } from './read-olx.js';

test.each([
  ['"25"', 25],
  ['25', 25],
  ['null', null],
])('max_student_enrollments_allowed %s is the capacity %p', async (given, capacity) => {
  const read = await readOlx(
    course({
      'policies/run/policy.json': `{"course/run": {"max_student_enrollments_allowed": ${given}}}`,
    }),
  );
  expect(read.capacity).toBe(capacity);
  expect(read.report.skipped).toEqual([]);
});

describe('every attribute and file is used or reported', () => {
  const FILES = {
    'vertical/v1.xml':
      '<vertical display_name="Topic"><html url_name="h"/><problem url_name="p"/><video url_name="v"/></vertical>',
    'problem/p.xml':
      '<problem weight="0"><numericalresponse answer="1"><label>a</label></numericalresponse></problem>',
    'video/v.xml': '<video youtube="1.00:abc"><transcript language="en" src="t.srt"/></video>',
    'policies/run/policy.json': '{"course/run": {"display_name": "Small"}}',
    'policies/run/grading_policy.json': '{"GRADE_CUTOFFS": {"Pass": 0.5}}',
  };
  const tags = Object.entries({ ...Object.fromEntries(course(FILES).texts) }).flatMap(
    ([path, text]) =>
      path.endsWith('.xml') && path !== 'course.xml'
        ? [...text.matchAll(/<(\w+)(?! url_name="\w+"\/>)(?=[\s>/])/g)]
            .filter(([, name]) => name !== 'label')
            .map(({ index, 0: tag }): [string, number] => [path, index + tag.length])
        : [],
  );

  test.each(tags)('an unknown attribute in %s at %i', async (path, at) => {
    const files = course(FILES, ['static/t.srt']);
    const text = files.texts.get(path)!;
    const changed = `${text.slice(0, at)} injected_setting="some-value"${text.slice(at)}`;
    const read = await readOlx(course({ ...FILES, [path]: changed }, ['static/t.srt']));
    const lines = read.report.skipped.filter(({ reason }) => reason.includes('injected_setting'));
    expect(lines).toHaveLength(1);
    expect(lines[0]!.reason).toContain('some-value');
  });

  test.each([
    'drafts/vertical/d.xml',
    'html/unknown.html',
    'notes.txt',
    'static/x.bin',
    'tabs/t.xml',
  ])('a file that nothing uses: %s', async (path) => {
    const files = course(FILES, ['static/t.srt', ...(path.startsWith('static/') ? [path] : [])]);
    const others = new Set(/^(drafts|notes)/.test(path) ? [path] : []);
    const texts = new Map(files.texts);
    if (/^(html|tabs)/.test(path)) texts.set(path, '<a/>');
    const read = await readOlx({ ...files, texts, others });
    expect(read.report.skipped).toContainEqual(
      expect.objectContaining({ code: 'UNUSED_FILE', reason: expect.stringContaining(path) }),
    );
  });

  test('keys of policies', async () => {
    const read = await readOlx(
      course({
        ...FILES,
        'policies/run/policy.json':
          '{"course/run": {"injected_one": 5}, "problem/p": {"injected_two": true}}',
        'policies/run/grading_policy.json':
          '{"injected_three": 1, "GRADE_CUTOFFS": {"A": 0.9, "B": 0.6}}',
      }),
    );
    const reasons = read.report.skipped.map(({ reason }) => reason).join('\n');
    for (const said of ['injected_one: 5', 'injected_two', 'injected_three: 1', '"A":0.9']) {
      expect(reasons).toContain(said);
    }
  });

  test('nothing is reported of a course that is used whole; a weight of 0 is kept', async () => {
    const read = await readOlx(course(FILES, ['static/t.srt']));
    expect(read.report.skipped).toEqual([]);
    expect(blocksOf(read)).toContainEqual(
      expect.objectContaining({ questions: [expect.objectContaining({ points: 0 })] }),
    );
  });

  test('a report that is too long says how much it leaves out', async () => {
    const attributes = Array.from({ length: 6_000 }, (_, i) => `a${i}="x"`).join(' ');
    const read = await readOlx(
      course({ 'vertical/v1.xml': `<vertical ${attributes}><html url_name="h"/></vertical>` }),
    );
    expect(read.report.skipped).toHaveLength(5_000);
    expect(read.report.skipped.at(-1)).toMatchObject({
      code: 'MORE',
      reason: '1001 more entries are not listed',
    });
  });
});
