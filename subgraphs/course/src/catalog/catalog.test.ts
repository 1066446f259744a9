import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { scene, statementsOf, type Scene } from '../../test/scene.js';

let at: Scene;
const COURSES = [
  {
    title: 'Biology for beginners',
    summary: 'Cells and life',
    language: 'en',
    category: 'Science',
    tags: ['nature', 'school'],
  },
  {
    title: 'Chemistry',
    summary: 'With a little biology',
    language: 'en',
    category: 'Science',
    tags: ['school'],
  },
  {
    title: 'Biologie',
    summary: 'Zellen und Leben',
    language: 'de',
    category: 'Science',
    tags: ['nature'],
  },
  { title: 'Painting', summary: 'Colors', language: 'en', category: 'Art', tags: ['biology'] },
  { title: 'Accounting', summary: 'Debit & credit', language: 'en', tags: [] },
];

beforeAll(async () => {
  at = await scene();
  for (const course of COURSES) await at.outline(course);
  await at.draft({ title: 'Secret biology draft' });
  const { courseId } = await at.outline({ title: 'Archived biology' });
  await at.app
    .as(at.author)
    .ok('mutation ($id: ID!) { archiveCourse(courseId: $id) { id } }', { id: courseId });
});
afterAll(() => at.close());

const CATALOG = `query ($search: String, $language: String, $category: String, $tags: [String!], $first: Int, $last: Int, $after: String, $before: String) {
  catalog(search: $search, language: $language, category: $category, tags: $tags, first: $first, last: $last, after: $after, before: $before) {
    totalCount nodes { title enrolledCount } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    facets { languages { value count } categories { value count } tags { value count } } } }`;
interface Catalog {
  catalog: {
    totalCount: number;
    nodes: { title: string }[];
    pageInfo: { hasNextPage: boolean; endCursor: string; startCursor: string };
    facets: Record<string, { value: string; count: number }[]>;
  };
}
const find = async (variables: Record<string, unknown> = {}) =>
  (await at.app.as(at.learner()).ok<Catalog>(CATALOG, variables)).catalog;
const titles = async (variables: Record<string, unknown>) =>
  (await find(variables)).nodes.map(({ title }) => title);

describe('the catalogue', () => {
  it('has the published courses, newest first', async () => {
    const { nodes, totalCount } = await find();
    expect(nodes.map(({ title }) => title)).toEqual(COURSES.map(({ title }) => title).toReversed());
    expect(totalCount).toBe(5);
  });

  it('finds by title before tags before summary', async () => {
    expect(await titles({ search: 'biology' })).toEqual([
      'Biology for beginners',
      'Painting',
      'Chemistry',
    ]);
  });

  it('finds while the last word is typed, and knows the habits of web searches', async () => {
    expect(await titles({ search: 'biolog' })).toHaveLength(4);
    expect(await titles({ search: 'cells li' })).toEqual(['Biology for beginners']);
    expect(await titles({ search: 'biology -cells -colors' })).toEqual(['Chemistry']);
    expect(await titles({ search: '"little biology"' })).toEqual(['Chemistry']);
    expect(await titles({ search: 'painting or accounting ' })).toHaveLength(2);
    for (const odd of ["'", '" & | ! ( ) :* <->', '\\', '-', '%_', '🙂', 'a:*b', 'a\0b']) {
      expect(Array.isArray(await titles({ search: odd }))).toBe(true);
    }
    expect(await at.app.as(at.learner()).refusal(CATALOG, { search: 'x'.repeat(201) })).toBe(
      'BAD_USER_INPUT',
    );
  });

  it('narrows by language, category and all of the tags, and counts what else there is', async () => {
    expect(await titles({ tags: ['school', 'nature'] })).toEqual(['Biology for beginners']);
    const { totalCount, facets } = await find({ language: 'en', category: 'Science' });
    expect(totalCount).toBe(2);
    expect(facets).toEqual({
      languages: [
        { value: 'en', count: 2 },
        { value: 'de', count: 1 },
      ],
      categories: [
        { value: 'Science', count: 2 },
        { value: 'Art', count: 1 },
      ],
      tags: [
        { value: 'school', count: 2 },
        { value: 'nature', count: 1 },
      ],
    });
  });

  it.each([{}, { search: 'biolog' }])('is paged both ways, each once: %j', async (filter) => {
    const whole = await titles(filter);
    const seen: string[] = [];
    let after: string | undefined;
    for (let more = true; more;) {
      const page = await find({ ...filter, first: 2, after });
      seen.push(...page.nodes.map(({ title }) => title));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
    }
    expect(seen).toEqual(whole);
    const back = await titles({ ...filter, last: 2, before: after });
    expect(back).toEqual(whole.slice(-3, -1));
  });

  it('refuses cursors of other lists', async () => {
    const { pageInfo } = await find({ search: 'biology', first: 1 });
    const foreign = at.app.as(at.learner());
    expect(await foreign.refusal(CATALOG, { after: pageInfo.endCursor })).toBe('BAD_USER_INPUT');
    expect(await foreign.refusal(CATALOG, { after: 'bm9uc2Vuc2U' })).toBe('BAD_USER_INPUT');
  });

  it('costs one statement for a page, one for the count, one for all facets, beside that for the roles', async () => {
    const graph = at.app.as(at.learner());
    const page = () => graph.ok('{ catalog(search: "bio") { nodes { title enrolledCount } } }');
    expect(await statementsOf(at.app, page)).toBe(2);
    expect(await statementsOf(at.app, () => graph.ok(CATALOG, { search: 'bio' }))).toBe(4);
  });

  it('needs someone signed in', async () => {
    const nobody = at.app.as({ kind: 'anonymous' });
    expect(await nobody.refusal('{ catalog { totalCount } }')).toBe('UNAUTHENTICATED');
  });

  it('is all of the courses of an organization for its staff', async () => {
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Organization {
      courses(search: "biology") { totalCount nodes { title status } } } } }`;
    const r = [{ __typename: 'Organization', id: at.organizationId }];
    const count = async (viewer = at.author) =>
      (
        await at.app
          .as(viewer)
          .ok<{ _entities: { courses: { totalCount: number } }[] }>(query, { r })
      )._entities[0]!.courses.totalCount;
    expect(await count()).toBe(5);
    expect(await count(at.learner())).toBe(3);
  });
});
