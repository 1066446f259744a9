import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS, type SignedIn } from '@lyceum/platform/viewer';
import { testService, type TestService } from '@lyceum/testkit/service';
import { school, type School } from '../../test/user.fixture.js';
import { userService } from '../app.js';

const USERS = `query ($search: String, $first: Int, $after: String, $last: Int, $before: String) {
  users(search: $search, first: $first, after: $after, last: $last, before: $before) {
    nodes { name }
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;
interface Users {
  users: {
    nodes: { name: string }[];
    totalCount: number;
    pageInfo: {
      hasNextPage: boolean;
      hasPreviousPage: boolean;
      startCursor: string;
      endCursor: string;
    };
  };
}

const NAMES = ['Ángela Moreno', 'Angela Merz', 'Bao Nguyen', 'Chiara Moretti', 'Øystein Berg'];

let app: TestService;
let harbour: School;
let hills: School;
let assistant: SignedIn;
beforeAll(async () => {
  app = await testService(userService);
  harbour = await school(app, 'harbour');
  hills = await school(app, 'hills');
  for (const name of NAMES) await harbour.join(name);
  assistant = await harbour.join('Tao Assistant', ['TEACHING_ASSISTANT']);
  await hills.join('Angela Elsewhere');
});
afterAll(() => app.close());

async function search(viewer: SignedIn, text?: string, page: object = {}): Promise<Users['users']> {
  return (await app.as(viewer).ok<Users>(USERS, { search: text, ...page })).users;
}
const names = async (viewer: SignedIn, text?: string) =>
  (await search(viewer, text)).nodes.map(({ name }) => name);

describe('the directory', () => {
  it('lists one’s own organization by name', async () => {
    expect(await names(assistant)).toEqual([
      'Ada Admin',
      'Angela Merz',
      'Ángela Moreno',
      'Bao Nguyen',
      'Chiara Moretti',
      'Tao Assistant',
      'Øystein Berg',
    ]);
  });

  it('finds by parts of words, in any order, whatever case and accents', async () => {
    expect(await names(assistant, 'ANGELA')).toEqual(['Angela Merz', 'Ángela Moreno']);
    expect(await names(assistant, 'more áng')).toEqual(['Ángela Moreno']);
    expect(await names(assistant, 'more')).toEqual(['Ángela Moreno', 'Chiara Moretti']);
  });

  it('finds similar names when none has the words', async () => {
    expect(await names(assistant, 'Chiarra Moreti')).toEqual(['Chiara Moretti']);
    expect(await names(assistant, 'zzzzzz')).toEqual([]);
  });

  it('takes no wildcards', async () => {
    expect(await names(assistant, 'a%z')).toEqual(['Angela Merz']);
    expect(await names(assistant, '\u0000@\u0000')).toEqual(await names(assistant));
  });

  it('finds by e-mail address for those who may read addresses', async () => {
    expect(await names(harbour.admin, 'Bao.nguyen@harb')).toEqual(['Bao Nguyen']);
    expect(await names(harbour.admin, 'bao.nguyen@other')).toEqual([]);
    expect(await names(assistant, 'bao.nguyen@harbour.example')).toEqual([]);
  });

  it('is for those with the permission', async () => {
    const learner = await hills.join('Lea Learner');
    expect(await app.as(learner).refusal(USERS)).toBe('PERMISSION_DENIED');
    expect(await app.as(ANONYMOUS).refusal(USERS)).toBe('UNAUTHENTICATED');
  });

  it('is leafed through forwards and backwards without a gap', async () => {
    const all = await names(assistant);
    const seen: string[] = [];
    let after: string | undefined;
    for (;;) {
      const { nodes, pageInfo, totalCount } = await search(assistant, undefined, {
        first: 3,
        after,
      });
      expect(totalCount).toBe(all.length);
      seen.push(...nodes.map(({ name }) => name));
      after = pageInfo.endCursor;
      if (!pageInfo.hasNextPage) break;
    }
    expect(seen).toEqual(all);
    const back = await search(assistant, undefined, { last: 2, before: after });
    expect(back.nodes.map(({ name }) => name)).toEqual(all.slice(-3, -1));
  });

  it('leafs through similar names as well, and through nothing behind the last', async () => {
    const first = await search(assistant, 'Anggela', { first: 1 });
    expect(first).toMatchObject({ totalCount: 2, nodes: [{ name: 'Angela Merz' }] });
    const second = await search(assistant, 'Anggela', {
      first: 1,
      after: first.pageInfo.endCursor,
    });
    expect(second.nodes).toEqual([{ name: 'Ángela Moreno' }]);
    const end = await search(assistant, 'Ada', {
      after: (await search(assistant)).pageInfo.endCursor,
    });
    expect(end.nodes).toEqual([]);
  });
});

it('searches a large organization by the index', async () => {
  await app.sql(
    `INSERT INTO "user" (id, organization_id, name, search_name, email, created_at)
     SELECT gen_random_uuid(), $1, md5(n::text), md5(n::text), n || '@x.example', now()
     FROM generate_series(1, 20000) AS n`,
    [hills.organizationId],
  );
  await app.sql('ANALYZE "user"');
  for (const condition of [`search_name LIKE '%angela%'`, `'angela' <% search_name`]) {
    const plan = await app.sql<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT id FROM "user" WHERE ${condition}
       AND organization_id = '${hills.organizationId}' ORDER BY search_name, id LIMIT 21`,
    );
    const text = plan.map((row) => row['QUERY PLAN']).join('\n');
    expect(text).toContain('Bitmap Index Scan on user_search_name_idx');
  }
});
