import { describe, expect, test } from '@jest/globals';
import { draftTree } from '../../draft/draft-tree.js';
import { course } from '../../../test/olx-course.js';
import { readOlx } from './read-olx.js';

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
