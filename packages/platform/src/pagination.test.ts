import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LyceumError } from './errors.js';
import { newId } from './ids.js';
import { cursorValues, keyset, pageOf, pageRequest, type PageArgs } from './pagination.js';

interface Row {
  name: string;
  rank: number;
  id: string;
}
type Condition = Record<string, unknown>;

/** As Prisma and PostgreSQL would: by `where` of keyset, in its order, so many. */
function fetch(rows: readonly Row[], query: ReturnType<typeof keyset>): Row[] {
  const holds = (row: Row, where: Condition): boolean =>
    Object.entries(where).every(([column, expected]) => {
      if (column === 'OR') return (expected as Condition[]).some((one) => holds(row, one));
      const value = row[column as keyof Row];
      if (typeof expected !== 'object' || expected === null) return value === expected;
      const { gt, lt } = expected as { gt?: string | number; lt?: string | number };
      return gt !== undefined ? value > gt : lt !== undefined && value < lt;
    });
  return rows
    .filter((row) => holds(row, query.where))
    .toSorted((a, b) => {
      for (const [column, direction] of query.orderBy.flatMap(Object.entries)) {
        const [x, y] = [a[column as keyof Row], b[column as keyof Row]];
        if (x !== y) return x < y === (direction === 'asc') ? -1 : 1;
      }
      return 0;
    })
    .slice(0, query.take);
}

const COLUMNS = [
  ['name', 'asc', 'text'],
  ['rank', 'desc', 'number'],
  ['id', 'desc', 'id'],
] as const;

function page(rows: readonly Row[], args: PageArgs) {
  const request = pageRequest(args);
  const fetched = fetch(rows, keyset(request, COLUMNS));
  return pageOf(request, fetched, (row) => [row.name, row.rank, row.id]);
}

const cursor = (values: unknown) => Buffer.from(JSON.stringify(values)).toString('base64url');

function refusal(work: () => unknown) {
  try {
    work();
    return null;
  } catch (error) {
    if (!(error instanceof LyceumError)) throw error;
    const { code, path, reason } = error.extensions;
    return [code, ...(path as string[]), reason];
  }
}

describe('a list in pages', () => {
  const rows = fc
    .array(
      fc.record({ name: fc.constantFrom('', 'a', 'b', 'ö'), rank: fc.constantFrom(-1, 0, 2.5) }),
    )
    .map((all) => all.map((row) => ({ ...row, id: newId() })));

  it('is the same whether walked forwards, backwards, or taken at once', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 7 }), (all, size) => {
        const whole = fetch(all, { ...keyset(pageRequest({}), COLUMNS), take: all.length });
        const forwards: Row[] = [];
        for (let after: string | null = null; ;) {
          const { nodes, pageInfo } = page(all, { first: size, after });
          expect(pageInfo.hasPreviousPage).toBe(after !== null);
          forwards.push(...nodes);
          if (!pageInfo.hasNextPage) break;
          after = pageInfo.endCursor;
        }
        const backwards: Row[] = [];
        for (let before: string | null = null; ;) {
          const { nodes, pageInfo } = page(all, { last: size, before });
          expect(pageInfo.hasNextPage).toBe(before !== null);
          backwards.unshift(...nodes);
          if (!pageInfo.hasPreviousPage) break;
          before = pageInfo.startCursor;
        }
        expect(forwards).toEqual(whole);
        expect(backwards).toEqual(whole);
      }),
    );
  });

  it('has 20 on a page unless told, and says where it begins and ends', () => {
    const all = Array.from({ length: 25 }, (_, rank) => ({ name: '', rank, id: newId() }));
    const { nodes, edges, pageInfo } = page(all, {});
    expect(nodes.map((row) => row.rank)).toEqual(Array.from({ length: 20 }, (_, i) => 24 - i));
    expect(edges.map((edge) => edge.node)).toEqual(nodes);
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([
      edges[0]!.cursor,
      edges[19]!.cursor,
    ]);
    expect(page([], {}).pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
    expect(page(all, { first: 0 })).toMatchObject({ nodes: [], pageInfo: { hasNextPage: true } });
  });
});

describe('arguments of a page', () => {
  it('are refused when they are out of bounds or contradict each other', () => {
    const c = cursor(['a', 1, newId()]);
    expect(refusal(() => pageRequest({ first: 101 }))).toEqual([
      'BAD_USER_INPUT',
      'first',
      'OUT_OF_RANGE',
    ]);
    expect(refusal(() => pageRequest({ first: -1 }))).toContain('OUT_OF_RANGE');
    expect(refusal(() => pageRequest({ last: 101 }))).toEqual([
      'BAD_USER_INPUT',
      'last',
      'OUT_OF_RANGE',
    ]);
    for (const args of [
      { first: 1, last: 1 },
      { first: 1, before: c },
      { last: 1, after: c },
      { after: c, before: c },
    ]) {
      expect(refusal(() => pageRequest(args))).toContain('EXCLUSIVE');
    }
    expect(refusal(() => pageRequest({ first: 100 }))).toBeNull();
  });

  it('are refused with a cursor that is not of this list', () => {
    const id = newId();
    const foreign: unknown[] = [
      ...['nonsense', '%%%', '\0', cursor({}), cursor('a'), cursor(null), cursor([])],
      ...[
        [id],
        ['a', 1],
        ['a', 1, id, id],
        [1, 1, id],
        ['a', '1', id],
        ['a', 1, 'b'],
        ['a', 1, 2],
      ].map(cursor),
      ...[
        ['a', 1, null],
        [null, 1, id],
        [{}, 1, id],
        [['a'], 1, id],
        [true, 1, id],
      ].map(cursor),
      ...[
        ['a\0', 1, id],
        ['a', 1, `${id}\0`],
        ['a', 1, ''],
      ].map(cursor),
      Buffer.from(`["a",1e999,"${id}"]`).toString('base64url'),
    ];
    for (const text of foreign as string[]) {
      for (const [name, args] of [
        ['after', { after: text }],
        ['before', { before: text }],
      ] as const) {
        const made = refusal(() => keyset(pageRequest(args), COLUMNS));
        expect([text, made]).toEqual([text, ['BAD_USER_INPUT', name, 'INVALID_CURSOR']]);
      }
    }
  });

  it('never fail otherwise, whatever the cursor', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((text) => cursor(JSON.parse(text))),
        ),
        (after) => {
          const reason = refusal(() => keyset(pageRequest({ after }), COLUMNS))?.at(-1) ?? 'fine';
          expect(['fine', 'INVALID_CURSOR']).toContain(reason);
        },
      ),
    );
  });

  it('give a service the values of a cursor by the kinds it asks for', () => {
    const id = newId();
    const request = pageRequest({ after: cursor([0.5, id]) });
    expect(cursorValues(request, ['number', 'id'])).toEqual([0.5, id]);
    expect(cursorValues(pageRequest({}), ['number', 'id'])).toBeNull();
    expect(refusal(() => cursorValues(request, ['id']))).toContain('INVALID_CURSOR');
  });
});
