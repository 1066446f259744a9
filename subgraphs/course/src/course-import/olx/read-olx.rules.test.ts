import { describe, expect, test } from '@jest/globals';
import { draftTree } from '../../draft/draft-tree.js';
import type { OlxFiles } from './olx-files.js';
import { blocksOf, course, MEDIA } from '../../../test/olx-course.js';
import { readOlx } from './read-olx.js';

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

  test('a topic with a quiz is completed by submitting it; the grading policy says what passes', async () => {
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
        completion: 'SUBMITTED',
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
        id: expect.any(String),
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
