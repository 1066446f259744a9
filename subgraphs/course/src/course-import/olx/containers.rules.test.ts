import { describe, expect, test } from '@jest/globals';
import { blocksOf, course } from '../../../test/olx-course.js';
import { readOlx } from './read-olx.js';

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
      title: 'Some',
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
