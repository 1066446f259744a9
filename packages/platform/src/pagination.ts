import 'reflect-metadata';
import { ArgsType, Directive, Field, Int, ObjectType, type ClassType } from 'type-graphql';
import { badInput } from './errors.js';
import { isId } from './ids.js';

export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'How many from the beginning (or from `after`); 20 unless told, at most 100.',
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what comes after this cursor.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many from the end (or up to `before`); at most 100. Not together with `first`.',
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what comes before this cursor.' })
  before?: string | null;
}

@Directive('@shareable')
@ObjectType({ description: 'Where a page lies within its list (Relay).' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there is more before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the first edge; null when empty.',
  })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last edge; null when empty.' })
  endCursor!: string | null;
}

export interface Edge<T> {
  node: T;
  cursor: string;
}

export interface Page<T> {
  edges: Edge<T>[];
  nodes: T[];
  pageInfo: PageInfo;
  /** Counted only when selected; see `totalCount` of the connection types. */
  totalCount?: () => Promise<number>;
}

/** Makes the classes `<name>Connection` and `<name>Edge` for type-graphql; extend the result. */
export function connectionOf<T extends object>(name: string, node: () => ClassType<T>) {
  @ObjectType(`${name}Edge`, { description: `One ${name} of a list and its cursor.` })
  class ConnectionEdge implements Edge<T> {
    @Field(() => node(), { description: `The ${name}.` })
    node!: T;

    @Field(() => String, { description: 'Give it as `after` or `before` to go on from here.' })
    cursor!: string;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name} (Relay).` })
  class Connection {
    @Field(() => [ConnectionEdge], { description: 'The page, each with its cursor.' })
    edges!: Edge<T>[];

    @Field(() => [node()], { description: 'The page without cursors.' })
    nodes!: T[];

    @Field(() => PageInfo, { description: 'Whether there is more.' })
    pageInfo!: PageInfo;
  }
  return Connection;
}

export type Direction = 'asc' | 'desc';

/** What a column of a list's order holds; a cursor that says otherwise is not from that list. */
interface CursorKinds {
  id: string;
  text: string;
  number: number;
}
export type CursorKind = keyof CursorKinds;
type CursorValue = CursorKinds[CursorKind];
type CursorValues<K extends readonly CursorKind[]> = { [I in keyof K]: CursorKinds[K[I]] };

/** What to fetch for one page: `take` rows (one more than the page) in `orderBy` after `cursor`. */
export interface PageRequest {
  size: number;
  take: number;
  backwards: boolean;
  /** Not trusted: read it with `cursorValues`. */
  cursor: CursorValue[] | null;
}

/**
 * @throws BAD_USER_INPUT for sizes out of 0–100, `first` or `after` with `last` or `before`, or a
 * cursor that is not ours
 */
export function pageRequest(args: PageArgs): PageRequest {
  if (args.first != null && args.last != null) {
    throw badInput(['last'], 'EXCLUSIVE', 'Give first or last, not both.');
  }
  const backwards = args.last != null || (args.first == null && args.before != null);
  if (backwards ? args.after != null : args.before != null) {
    const other = backwards ? 'after' : 'before';
    throw badInput([other], 'EXCLUSIVE', 'Give first and after, or last and before.');
  }
  const name = backwards ? 'last' : 'first';
  const size = (backwards ? args.last : args.first) ?? DEFAULT_PAGE_SIZE;
  if (size < 0 || size > MAX_PAGE_SIZE) {
    throw badInput([name], 'OUT_OF_RANGE', `${name} must be between 0 and ${MAX_PAGE_SIZE}.`);
  }
  const field = backwards ? 'before' : 'after';
  const text = args[field];
  return {
    size,
    take: size + 1,
    backwards,
    cursor: text ? decodeCursor(text, field) : null,
  };
}

/**
 * The values of a page's cursor, one for each column of the list's order; null without a cursor.
 * @throws BAD_USER_INPUT when the cursor has others, so comes from another list or is made up
 */
export function cursorValues<const K extends readonly CursorKind[]>(
  request: Pick<PageRequest, 'cursor' | 'backwards'>,
  kinds: K,
): CursorValues<K> | null {
  const { cursor, backwards } = request;
  if (!cursor) return null;
  const fits = cursor.length === kinds.length && kinds.every((kind, i) => isKind(kind, cursor[i]));
  if (!fits) throw foreignCursor(backwards ? 'before' : 'after');
  return cursor as unknown as CursorValues<K>;
}

/**
 * Prisma's `where` and `orderBy` for a keyset page.
 * @param columns the order of the list, most significant first, with what each holds; the last
 * must be unique, and none may be null
 */
export function keyset(
  request: PageRequest,
  columns: readonly (readonly [column: string, direction: Direction, kind: CursorKind])[],
) {
  const directed = columns.map(([column, direction]) => {
    const flipped: Direction = direction === 'asc' ? 'desc' : 'asc';
    return [column, request.backwards ? flipped : direction] as const;
  });
  const orderBy = directed.map(([column, direction]) => ({ [column]: direction }));
  const cursor = cursorValues(
    request,
    columns.map(([, , kind]) => kind),
  );
  if (!cursor) return { where: {}, orderBy, take: request.take };
  const OR = directed.map(([column, direction], depth) => ({
    ...Object.fromEntries(directed.slice(0, depth).map(([equal], i) => [equal, cursor[i]])),
    [column]: { [direction === 'asc' ? 'gt' : 'lt']: cursor[depth] },
  }));
  return { where: { OR }, orderBy, take: request.take };
}

/** Makes a page from the rows fetched for a request (up to `take`, in the fetched order). */
export function pageOf<T>(
  request: PageRequest,
  rows: readonly T[],
  cursorOf: (row: T) => CursorValue[],
): Page<T> {
  const more = rows.length > request.size;
  const kept = rows.slice(0, request.size);
  if (request.backwards) kept.reverse();
  const edges = kept.map((node) => ({ node, cursor: encodeCursor(cursorOf(node)) }));
  return {
    edges,
    nodes: kept,
    pageInfo: {
      hasNextPage: request.backwards ? request.cursor !== null : more,
      hasPreviousPage: request.backwards ? more : request.cursor !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function encodeCursor(values: CursorValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

function decodeCursor(text: string, field: string): CursorValue[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(values) && values.every(isCursorValue)) return values;
  } catch {
    // Falls through: whatever is wrong with it, it is not one of ours.
  }
  throw foreignCursor(field);
}

function isCursorValue(value: unknown): value is CursorValue {
  return isKind('text', value) || isKind('number', value);
}

function isKind(kind: CursorKind, value: unknown): boolean {
  if (kind === 'number') return Number.isFinite(value);
  // PostgreSQL has no text with a NUL in it, so there is no such row to go on from.
  if (typeof value !== 'string' || value.includes('\0')) return false;
  return kind === 'text' || isId(value);
}

function foreignCursor(field: string) {
  return badInput([field], 'INVALID_CURSOR', 'This cursor does not come from this list.');
}
