import { describe, expect, test } from '@jest/globals';
import { draftTree } from '../../draft/draft-tree.js';
import type { OlxFiles } from './olx-files.js';
import { readOlx } from './read-olx.js';

const MEDIA = '01900000-0000-7000-8000-000000000001';

/** A small course: the given files, with the rest of what a course needs. */
function course(files: Record<string, string>, statics: string[] = []): OlxFiles {
  const texts = new Map(
    Object.entries({
      'course.xml': '<course url_name="run" org="o" course="c"/>',
      'course/run.xml':
        '<course display_name="Small" language="de"><chapter url_name="ch"/></course>',
      'chapter/ch.xml': '<chapter display_name="First"><sequential url_name="sq"/></chapter>',
      'sequential/sq.xml':
        '<sequential display_name="Lesson"><vertical url_name="v1"/></sequential>',
      'vertical/v1.xml': '<vertical display_name="Topic"><html url_name="h"/></vertical>',
      'html/h.xml': '<html filename="h" display_name="Page"/>',
      'html/h.html': '<p>Hello.</p>',
      ...files,
    }),
  );
  const file = (path: string) => ({
    mediaId: MEDIA,
    filename: path.split('/').at(-1)!,
    contentType: 'image/png',
    byteLength: 3,
  });
  return { texts, statics: new Map(statics.map((path) => [path, file(path)])) };
}

const blocksOf = (read: Awaited<ReturnType<typeof readOlx>>) =>
  read.tree.modules.flatMap((m) => m.lessons.flatMap((l) => l.topics.flatMap((t) => t.blocks)));

async function refusal(files: OlxFiles): Promise<unknown> {
  return readOlx(files).then(
    () => null,
    (error: { code: string; path: string }) => ({ code: error.code, path: error.path }),
  );
}

describe('reading a course', () => {
  test('follows pointers and inline elements alike', async () => {
    const read = await readOlx(
      course({
        'chapter/ch.xml': `<chapter display_name="First"><sequential display_name="Inline lesson">
          <vertical display_name="Inline topic"><html display_name="Inline"><p>Words</p></html></vertical>
        </sequential></chapter>`,
      }),
    );
    expect(read).toMatchObject({ title: 'Small', language: 'de' });
    expect(read.tree.modules).toMatchObject([
      {
        title: 'First',
        lessons: [
          {
            title: 'Inline lesson',
            topics: [
              {
                title: 'Inline topic',
                completionRule: 'VIEW',
                blocks: [{ kind: 'PAGE', title: 'Inline', html: '<p>Words</p>' }],
              },
            ],
          },
        ],
      },
    ]);
    expect(() => draftTree.parse(read.tree)).not.toThrow();
  });

  test('a topic with a quiz is completed by its score; the grading policy says what passes', async () => {
    const read = await readOlx(
      course({
        'policies/run/grading_policy.json':
          '{"GRADER": [], "GRADE_CUTOFFS": {"A": 0.9, "Pass": 0.6}}',
        'vertical/v1.xml': '<vertical><problem url_name="p"/></vertical>',
        'problem/p.xml': `<problem weight="4" max_attempts="3">
          <numericalresponse answer="1"><label>a</label></numericalresponse>
          <numericalresponse answer="2"><label>b</label></numericalresponse></problem>`,
      }),
    );
    expect(read.tree.modules[0]?.lessons[0]?.topics[0]?.completionRule).toBe('QUIZ_SCORE');
    expect(blocksOf(read)).toMatchObject([
      {
        kind: 'QUIZ',
        passingPercent: 60,
        attemptsAllowed: 3,
        questions: [{ points: 2 }, { points: 2 }],
      },
    ]);
  });

  test('files become media, links within the course topics; what is missing is told', async () => {
    const read = await readOlx(
      course(
        {
          'sequential/sq.xml':
            '<sequential><vertical url_name="v1"/><vertical url_name="v2"/></sequential>',
          'vertical/v2.xml': '<vertical display_name="Second"><html><p>2</p></html></vertical>',
          'html/h.html': `<p><img src="/static/a_map.png"/><img src="/static/gone.png" alt="Gone"/>
            <a href="/jump_to_id/v2">next</a> <a href="/jump_to_id/nowhere">lost</a>
            <a href="https://example.org/">out</a><iframe src="https://example.org/frame" title="Sim"></iframe></p>`,
        },
        ['static/a map.png', 'static/unused.png'],
      ),
    );
    const [page] = blocksOf(read);
    const html = page?.kind === 'PAGE' ? page.html : '';
    const second = read.tree.modules[0]?.lessons[0]?.topics[1]?.id;
    expect(html).toContain(`<img src="media:${MEDIA}" />`);
    expect(html).toContain(`<a href="topic:${second}">next</a>`);
    expect(html).toContain('<a>lost</a>');
    expect(html).toContain('<a href="https://example.org/">out</a>');
    expect(html).toContain('<a href="https://example.org/frame">Sim</a>');
    expect([...read.usedFiles]).toEqual(['static/a map.png']);
    expect(read.report.skipped.map(({ path, code }) => [path, code])).toEqual([
      ['static/gone.png', 'MISSING_FILE'],
      ['html/h.html', 'UNRESOLVED_LINK'],
      ['html/h.html', 'LEFT_OUT'],
      ['static/', 'UNUSED_FILE'],
    ]);
  });

  test('pages lose what could act', async () => {
    const read = await readOlx(
      course({
        'html/h.html': `<p onclick="steal()">Hi</p><script>alert(1)</script>
          <a href="javascript:alert(1)">x</a><img src="data:image/svg+xml,x" onerror="x()">`,
      }),
    );
    const text = JSON.stringify(blocksOf(read));
    expect(text).toContain('Hi');
    expect(text).not.toMatch(/script|onclick|onerror|alert|data:/);
  });

  test('a page of scripts alone, and a set of scripted buttons, are told and left out', async () => {
    const read = await readOlx(
      course({
        'vertical/v1.xml': '<vertical><html url_name="h"/><html url_name="w"/></vertical>',
        'html/h.html': '<script src="/static/x.js"></script><style>p {}</style>',
        'html/w.xml': '<html filename="w" display_name="Vote"/>',
        'html/w.html': '<p>Useful?</p><button onclick="vote(1)">Yes</button>',
      }),
    );
    expect(blocksOf(read)).toEqual([
      {
        kind: 'PAGE',
        title: 'Topic',
        html: expect.stringMatching(/<li>Page \(page\)<\/li><li>Vote \(page\)<\/li>/),
      },
    ]);
    expect(read.report.skipped).toMatchObject([
      { path: 'html/h.html', code: 'EMPTY' },
      { path: 'html/w.html', code: 'INTERACTIVE' },
    ]);
  });

  test('videos: the address, the transcript in the course’s language, what goes with them', async () => {
    const read = await readOlx(
      course(
        {
          'vertical/v1.xml':
            '<vertical><video url_name="y"/><video url_name="f"/><video url_name="n"/></vertical>',
          'video/y.xml': `<video display_name="You" youtube="0.75:slow,1.00:abc_-1" start_time="00:01:05"
            transcripts='{"en": "t-en.srt", "de": "t-de.srt"}' handout="/static/slides.pdf">
            <video_asset duration="61.4"/></video>`,
          'video/f.xml': '<video><source src="/static/film.mp4"/></video>',
          'video/n.xml': '<video display_name="None"/>',
        },
        ['static/t-de.srt', 'static/slides.pdf', 'static/film.mp4'],
      ),
    );
    expect(blocksOf(read)).toMatchObject([
      {
        kind: 'VIDEO',
        url: 'https://www.youtube.com/watch?v=abc_-1&t=65s',
        durationSeconds: 61,
        transcriptUrl: `media:${MEDIA}`,
      },
      { kind: 'DOCUMENT', title: 'You: Handout', filename: 'slides.pdf' },
      { kind: 'VIDEO', url: `media:${MEDIA}`, durationSeconds: null, transcriptUrl: null },
    ]);
    expect(read.report.skipped).toMatchObject([
      { path: 'video/y.xml', code: 'LEFT_OUT', reason: 'the transcripts in en' },
      { path: 'video/n.xml', code: 'NO_SOURCE' },
      { path: 'html/', code: 'UNUSED_FILE' },
    ]);
    expect([...read.usedFiles]).toContain('static/t-de.srt');
  });

  test('unknown blocks, hidden parts and broken files are told; the rest is imported', async () => {
    const read = await readOlx(
      course({
        'sequential/sq.xml':
          '<sequential><vertical url_name="v1"/><vertical url_name="v2"/></sequential>',
        'vertical/v1.xml': `<vertical><html url_name="h"/><poll url_name="q" question="?"/>
          <problem url_name="broken"/><html url_name="absent"/>
          <problem-builder url_name="l"><problem url_name="inner"/></problem-builder></vertical>`,
        'vertical/v2.xml': '<vertical visible_to_staff_only="true" display_name="Secret"/>',
        'problem/broken.xml': '<problem><p></problem>',
      }),
    );
    expect(blocksOf(read)).toHaveLength(1);
    const told = read.report.skipped.map(({ path, code }) => `${code} ${path}`);
    expect(told).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^UNSUPPORTED_KIND .*poll\/q/),
        expect.stringMatching(/^UNSUPPORTED_KIND .*problem-builder\/l/),
        'UNSUPPORTED_KIND problem/inner.xml',
        'MALFORMED_XML problem/broken.xml',
        'MISSING_FILE html/absent.xml',
        'STAFF_ONLY vertical/v2.xml',
      ]),
    );
  });
});

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

describe('topics without content', () => {
  const EMPTY_LESSON = {
    'chapter/ch.xml':
      '<chapter><sequential url_name="sq"/><sequential url_name="empty"/></chapter>',
    'sequential/sq.xml':
      '<sequential><vertical url_name="v1"/><vertical url_name="v2"/></sequential>',
    'sequential/empty.xml':
      '<sequential display_name="Later"><vertical display_name="Soon"/></sequential>',
    'html/h.html': '<p><a href="/jump_to_id/v2">next</a> <a href="/jump_to_id/blank">b</a></p>',
    'vertical/v2.xml': '<vertical display_name="Second"><html url_name="blank"/></vertical>',
    'html/blank.xml': '<html filename="blank"/>',
    'html/blank.html': '<p> </p>',
  };

  test('are left out, with their lessons and the links to them', async () => {
    const read = await readOlx(course(EMPTY_LESSON));
    expect(read.tree.modules).toMatchObject([{ lessons: [{ topics: [{ title: 'Topic' }] }] }]);
    expect(JSON.stringify(read.tree)).not.toContain('topic:');
    expect(read.report.imported).toContainEqual({ kind: 'TOPIC', count: 1 });
    const told = read.report.skipped.map(({ path, code, reason }) => `${code} ${path} ${reason}`);
    expect(told).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^EMPTY vertical\/v2.xml .*topic “Second”/),
        expect.stringMatching(/^EMPTY sequential\/empty.xml .*topic “Soon”/),
        expect.stringMatching(/^EMPTY sequential\/empty.xml .*lesson “Later”/),
        expect.stringMatching(/^UNRESOLVED_LINK vertical\/v2.xml .*“Second”/),
      ]),
    );
  });

  test('a topic whose blocks all have no counterpart says what was there, and is only viewed', async () => {
    const read = await readOlx(
      course({
        'vertical/v1.xml': `<vertical display_name="Try it"><lti display_name="&lt;b&gt;Tool&lt;/b&gt;"/>
          <problem display_name="Sum"><customresponse cfn="f"/></problem></vertical>`,
      }),
    );
    expect(read.tree.modules[0]?.lessons[0]?.topics).toMatchObject([
      {
        title: 'Try it',
        completionRule: 'VIEW',
        blocks: [
          {
            kind: 'PAGE',
            html: expect.stringContaining(
              '<ul><li>&lt;b&gt;Tool&lt;/b&gt; (lti)</li><li>Sum (problem)</li></ul>',
            ),
          },
        ],
      },
    ]);
    expect(() => draftTree.parse(read.tree)).not.toThrow();
  });

  test('what is hidden from learners is not spoken of', async () => {
    const read = await readOlx(
      course({ 'html/h.xml': '<html filename="h" visible_to_staff_only="true"/>' }),
    );
    expect(read.tree.modules).toEqual([]);
  });
});

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

describe('containers that choose what to show', () => {
  const html = (name: string) => `<html url_name="${name}"><p>${name}</p></html>`;
  const titles = (read: Awaited<ReturnType<typeof readOlx>>) =>
    blocksOf(read).map((block) => (block.kind === 'PAGE' ? block.html : block.kind));

  test.each([
    ['library_content', 'max_count="1"'],
    ['itembank', 'max_count="1"'],
    ['randomize', ''],
  ])('of <%s> everything is taken, with a line', async (kind, attributes) => {
    const read = await readOlx(
      course({
        'vertical/v1.xml': `<vertical><${kind} url_name="c"/></vertical>`,
        [`${kind}/c.xml`]: `<${kind} display_name="Some" ${attributes}>${html('a')}${html('b')}</${kind}>`,
      }),
    );
    expect(titles(read)).toEqual(['<p>a</p>', '<p>b</p>']);
    expect(read.report.skipped).toContainEqual({
      path: `${kind}/c.xml`,
      code: 'CONTAINER',
      reason: expect.stringMatching(/“Some” chooses .+ for each learner; all 2 are taken/),
    });
  });

  test('of <split_test> the branch of the first group is taken', async () => {
    const groups =
      '{"7": "block-v1:o+c+run+type@vertical+block@two", "9": "i4x://o/c/vertical/one"}';
    const read = await readOlx(
      course({
        'vertical/v1.xml': `<vertical><split_test url_name="s" user_partition_id="5" group_id_to_child='${groups}'>
          <vertical url_name="one"/><vertical url_name="two"/></split_test></vertical>`,
        'vertical/one.xml': `<vertical>${html('a')}</vertical>`,
        'vertical/two.xml': `<vertical>${html('b')}</vertical>`,
      }),
    );
    expect(titles(read)).toEqual(['<p>b</p>']);
    const [line] = read.report.skipped.filter(({ code }) => code === 'CONTAINER');
    expect(line?.reason).toContain('taken: vertical/two; left out: vertical/one');
    const unused = read.report.skipped.find(({ path }) => path === 'vertical/');
    expect(unused?.reason).toContain('vertical/one.xml');
  });

  test('branches of topics and of lessons become such', async () => {
    const read = await readOlx(
      course({
        'chapter/ch.xml': `<chapter><split_test><sequential display_name="L1"><split_test>
          <vertical display_name="T1">${html('a')}</vertical><vertical display_name="T2">${html('b')}</vertical>
          </split_test></sequential><sequential display_name="L2"/></split_test></chapter>`,
      }),
    );
    expect(read.tree.modules[0]?.lessons).toMatchObject([
      { title: 'L1', topics: [{ title: 'T1' }] },
    ]);
  });

  test('what is shown on a condition is left out', async () => {
    const read = await readOlx(
      course({
        'vertical/v1.xml': `<vertical>${html('a')}<conditional completed="True" sources_list="x">${html('secret')}</conditional></vertical>`,
      }),
    );
    expect(titles(read)).toEqual(['<p>a</p>']);
    expect(read.report.skipped).toContainEqual(
      expect.objectContaining({
        code: 'RESTRICTED',
        reason: expect.stringContaining('html/secret'),
      }),
    );
  });

  test('a container that is missing, broken or holds itself only costs its blocks', async () => {
    const read = await readOlx(
      course({
        'vertical/v1.xml': `<vertical>${html('a')}<itembank url_name="gone"/><itembank url_name="broken"/>
          <randomize url_name="loop"/></vertical>`,
        'itembank/broken.xml': '<itembank><p></itembank>',
        'randomize/loop.xml': '<randomize><randomize url_name="loop"/></randomize>',
      }),
    );
    expect(titles(read)).toEqual(['<p>a</p>']);
    expect(read.report.skipped.map(({ path, code }) => `${code} ${path}`)).toEqual(
      expect.arrayContaining([
        'MISSING_FILE itembank/gone.xml',
        'MALFORMED_XML itembank/broken.xml',
        'TOO_LARGE randomize/loop.xml',
      ]),
    );
  });
});

describe('content that is not for everybody is left out, and reported', () => {
  const restricted = `group_access="{&quot;7&quot;: [12]}"`;
  test.each([
    [
      'a chapter',
      { 'chapter/ch.xml': `<chapter ${restricted}><sequential url_name="sq"/></chapter>` },
    ],
    [
      'a sequential',
      { 'sequential/sq.xml': `<sequential ${restricted}><vertical url_name="v1"/></sequential>` },
    ],
    [
      'a vertical',
      { 'vertical/v1.xml': `<vertical ${restricted}><html url_name="h"/></vertical>` },
    ],
    ['a block in a file', { 'html/h.xml': `<html filename="h" ${restricted}/>` }],
    [
      'a block within its vertical',
      { 'vertical/v1.xml': `<vertical><html ${restricted}><p>Hello.</p></html></vertical>` },
    ],
    [
      'a part whose restriction cannot be read',
      { 'html/h.xml': '<html filename="h" group_access="{7: [12]}"/>' },
    ],
    [
      'a part restricted by the policy of the course',
      { 'policies/run/policy.json': '{"vertical/v1": {"group_access": {"7": [12]}}}' },
    ],
    [
      'a block restricted by the policy of the course',
      { 'policies/run/policy.json': '{"html/h": {"group_access": {"7": [12]}}}' },
    ],
    [
      'a part hidden from the outline',
      {
        'sequential/sq.xml':
          '<sequential hide_from_toc="true"><vertical url_name="v1"/></sequential>',
      },
    ],
  ])('%s', async (_what, files) => {
    const read = await readOlx(course(files));
    expect(blocksOf(read)).toEqual([]);
    expect(read.report.skipped).toContainEqual(expect.objectContaining({ code: 'RESTRICTED' }));
  });

  test.each(['{}', '{"7": []}', 'null', ''])('%j restricts nothing', async (value) => {
    const read = await readOlx(
      course({ 'html/h.xml': `<html filename="h" group_access='${value}'/>` }),
    );
    expect(blocksOf(read)).toHaveLength(1);
  });
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

describe('refused as a whole', () => {
  const laughs = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>`;

  test.each([
    ['no course.xml', { 'course.xml': '<other/>' }, 'NOT_OLX', 'course.xml'],
    [
      'a missing chapter',
      { 'course/run.xml': '<course><chapter url_name="x"/></course>' },
      'MISSING_FILE',
      'chapter/x.xml',
    ],
    [
      'a broken sequential',
      { 'sequential/sq.xml': '<sequential>' },
      'MALFORMED_XML',
      'sequential/sq.xml',
    ],
    ['no chapters', { 'course/run.xml': '<course/>' }, 'EMPTY_COURSE', 'course/run.xml'],
    [
      'entities',
      { 'vertical/v1.xml': `${laughs}<vertical>&b;</vertical>` },
      'FORBIDDEN_XML',
      'vertical/v1.xml',
    ],
    ['nesting', { 'sequential/sq.xml': '<a>'.repeat(5_000) }, 'TOO_DEEP', 'sequential/sq.xml'],
  ])('%s', async (_what, files, code, path) => {
    expect(await refusal(course(files))).toEqual({ code, path });
  });

  test('a document type within a comment or CDATA is just words', async () => {
    const files = course({
      'vertical/v1.xml':
        '<vertical><!-- <!DOCTYPE html> --><html><![CDATA[<!DOCTYPE html> is how pages begin]]></html></vertical>',
    });
    expect(blocksOf(await readOlx(files))).toHaveLength(1);
  });
});
