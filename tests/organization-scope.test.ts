import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@lyceum/platform/clock';
import { Database, openPool } from '@lyceum/platform/database';
import { newId } from '@lyceum/platform/ids';
import { testDatabase, type TestDatabase } from '@lyceum/testkit/database';
import { person } from '@lyceum/testkit/person';
import { Prisma, PrismaClient } from '../subgraphs/course/generated/prisma/client.js';

/**
 * The data layer's promise, on the Prisma client of a real service: whatever statement is sent
 * through a scoped client, nothing of another organization is read, changed or made.
 */
let home: TestDatabase;
let database: Database<PrismaClient>;
const own = person();
const foreign = person();
let ownCourse: string;
let foreignCourse: string;

function course(organizationId: string, title: string) {
  return {
    id: newId(),
    organizationId,
    slug: newId(),
    title,
    summary: '',
    language: 'en',
    tags: [],
    draftVersionId: newId(),
    createdAt: new Date(),
    updatedAt: new Date(),
  };
}

beforeAll(async () => {
  home = await testDatabase('course');
  const pool = openPool({ connectionString: home.url, name: 'scope-test', max: 4 });
  database = new Database(pool, (adapter) => new PrismaClient({ adapter }), Prisma, systemClock);
});

afterAll(async () => {
  await database.close();
  await home.drop();
});

beforeEach(async () => {
  const all = database.acrossOrganizations('the test sets the scene');
  await all.course.deleteMany();
  ownCourse = (await all.course.create({ data: course(own.organizationId, 'Own') })).id;
  foreignCourse = (await all.course.create({ data: course(foreign.organizationId, 'Foreign') })).id;
});

/** What the foreign organization has; it must be the same after anything done here. */
const foreignTitles = async () =>
  (await database.of(foreign).course.findMany({ orderBy: { title: 'asc' } })).map((c) => c.title);

describe('reading through a scoped client', () => {
  it('finds what is its own by every operation, and nothing foreign', async () => {
    const { course: courses } = database.of(own);
    const unique = (id: string) => ({ where: { id } });
    const any = { where: { OR: [{ id: ownCourse }, { id: foreignCourse }] } };
    expect((await courses.findUnique(unique(ownCourse)))?.title).toBe('Own');
    expect(await courses.findUnique(unique(foreignCourse))).toBeNull();
    await expect(courses.findUniqueOrThrow(unique(foreignCourse))).rejects.toThrow(/found/);
    expect(await courses.findFirst(unique(foreignCourse))).toBeNull();
    await expect(courses.findFirstOrThrow(unique(foreignCourse))).rejects.toThrow(/found/);
    expect((await courses.findMany(any)).map((c) => c.id)).toEqual([ownCourse]);
    expect((await courses.findMany()).map((c) => c.id)).toEqual([ownCourse]);
    expect(await courses.count(any)).toBe(1);
    expect((await courses.aggregate({ _count: { _all: true } }))._count._all).toBe(1);
    const groups = await courses.groupBy({ by: ['organizationId'], _count: { _all: true } });
    expect(groups.map((group) => group.organizationId)).toEqual([own.organizationId]);
  });

  it('is not led astray by conditions of the caller', async () => {
    const { course: courses } = database.of(own);
    const { organizationId } = foreign;
    for (const where of [
      { organizationId },
      { OR: [{ organizationId }] },
      { AND: [{ organizationId }] },
      { AND: { organizationId } },
      { NOT: { organizationId: own.organizationId } },
      { AND: [], id: foreignCourse },
    ] satisfies Prisma.CourseWhereInput[]) {
      expect(await courses.findMany({ where })).toEqual([]);
    }
  });
});

describe('writing through a scoped client', () => {
  it('changes and deletes nothing foreign', async () => {
    const { course: courses } = database.of(own);
    const where = { id: foreignCourse };
    const data = { title: 'Taken' };
    await expect(courses.update({ where, data })).rejects.toThrow();
    expect(await courses.updateMany({ where, data })).toEqual({ count: 0 });
    expect(await courses.updateManyAndReturn({ where, data })).toEqual([]);
    await expect(courses.delete({ where })).rejects.toThrow();
    expect(await courses.deleteMany({ where })).toEqual({ count: 0 });
    const create = { ...course(own.organizationId, 'Upserted'), id: foreignCourse };
    await expect(courses.upsert({ where, update: data, create })).rejects.toThrow(/[Uu]nique/);
    expect(await courses.deleteMany()).toEqual({ count: 1 });
    expect(await foreignTitles()).toEqual(['Foreign']);
  });

  it('writes what is its own', async () => {
    const { course: courses } = database.of(own);
    const where = { id: ownCourse };
    await courses.update({ where, data: { title: 'Renamed' } });
    const create = course(own.organizationId, 'Upserted');
    await courses.upsert({ where, update: { title: 'Twice' }, create });
    await courses.upsert({ where: { id: create.id }, update: {}, create });
    const titles = (await courses.findMany({ orderBy: { title: 'asc' } })).map((c) => c.title);
    expect(titles).toEqual(['Twice', 'Upserted']);
  });

  it('makes rows in its own organization, whether or not they name it', async () => {
    const { course: courses } = database.of(own);
    const { organizationId: _, ...unnamed } = course('', 'Unnamed');
    await courses.create({ data: unnamed as never });
    await courses.createMany({ data: [course(own.organizationId, 'Many')] });
    await courses.createManyAndReturn({ data: course(own.organizationId, 'Returned') });
    expect(await courses.count()).toBe(4);
    expect(await foreignTitles()).toEqual(['Foreign']);
  });

  it('refuses to make or move anything into another organization', async () => {
    const { course: courses } = database.of(own);
    const there = course(foreign.organizationId, 'Smuggled');
    const here = course(own.organizationId, 'Here');
    const where = { id: ownCourse };
    const move = { organizationId: foreign.organizationId };
    const move2 = { organizationId: { set: foreign.organizationId } };
    const refused: (() => PromiseLike<unknown>)[] = [
      () => courses.create({ data: there }),
      () => courses.createMany({ data: [here, there] }),
      () => courses.createMany({ data: there }),
      () => courses.createManyAndReturn({ data: [there] }),
      () => courses.update({ where, data: move }),
      () => courses.update({ where, data: move2 }),
      () => courses.updateMany({ where, data: move }),
      () => courses.updateManyAndReturn({ where, data: move }),
      () => courses.upsert({ where, update: move, create: here }),
      () => courses.upsert({ where: { id: newId() }, update: {}, create: there }),
    ];
    for (const attempt of refused) {
      await expect((async () => attempt())()).rejects.toThrow(/another organization/);
    }
    expect(await foreignTitles()).toEqual(['Foreign']);
    expect(await courses.count()).toBe(1);
  });

  it('refuses writes through relations, which it could not scope', async () => {
    const { course: courses, courseVersion: versions } = database.of(own);
    const nested = { versions: { deleteMany: {} } };
    const create = course(own.organizationId, 'Nested');
    const version = { id: newId(), organizationId: own.organizationId };
    const refused: (() => PromiseLike<unknown>)[] = [
      () => courses.update({ where: { id: ownCourse }, data: nested }),
      () => courses.create({ data: { ...create, versions: { create: version } } }),
      () => courses.upsert({ where: { id: ownCourse }, update: nested, create }),
      () => versions.create({ data: { ...version, course: { connect: { id: foreignCourse } } } }),
    ];
    for (const attempt of refused) {
      await expect((async () => attempt())()).rejects.toThrow(/nested writes/);
    }
  });
});

describe('what a scoped client cannot scope', () => {
  it('takes raw SQL only if its text names the organization', async () => {
    const prisma = database.of(own);
    const value = 'organization_id';
    await expect((async () => prisma.$queryRaw`SELECT id FROM course`)()).rejects.toThrow(
      /must name/,
    );
    await expect(
      (async () => prisma.$queryRaw`SELECT id FROM course WHERE title <> ${value}`)(),
    ).rejects.toThrow(/must name/);
    await expect(
      (async () => prisma.$queryRawUnsafe('SELECT id FROM course WHERE title <> $1', value))(),
    ).rejects.toThrow(/must name/);
    await expect(
      (async () => prisma.$executeRaw(Prisma.sql`DELETE FROM course WHERE title <> ${value}`))(),
    ).rejects.toThrow(/must name/);
    await expect((async () => prisma.$executeRawUnsafe('DELETE FROM course'))()).rejects.toThrow(
      /must name/,
    );
    const rows = await prisma.$queryRaw<{ id: string }[]>`
      SELECT id FROM course WHERE organization_id = ${own.organizationId}::uuid AND capacity IS DISTINCT FROM ${1n}`;
    expect(rows).toEqual([{ id: ownCourse }]);
    expect(await foreignTitles()).toEqual(['Foreign']);
  });

  it('does not reach tables that belong to no organization', async () => {
    await expect((async () => database.of(own).inbox.findMany())()).rejects.toThrow(
      /belongs to no organization/,
    );
  });

  it('knows every operation that Prisma has', () => {
    const operations = Object.keys(database.acrossOrganizations('to look at it').course);
    // A new one is refused until somebody has decided how to confine it.
    expect(operations.filter((name) => !name.startsWith('$')).toSorted()).toEqual(
      KNOWN_OPERATIONS.toSorted(),
    );
  });
});

const KNOWN_OPERATIONS = [
  ...['findUnique', 'findUniqueOrThrow', 'findFirst', 'findFirstOrThrow', 'findMany'],
  ...['create', 'createMany', 'createManyAndReturn', 'upsert'],
  ...['update', 'updateMany', 'updateManyAndReturn', 'delete', 'deleteMany'],
  ...['count', 'aggregate', 'groupBy', 'fields', 'name'],
  // Of MongoDB alone.
  ...['aggregateRaw', 'findRaw'],
];

describe('transactions', () => {
  it('are confined like reads', async () => {
    const titles = await database.transaction(own, async ({ prisma }) => {
      await prisma.course.updateMany({ data: { title: 'All' } });
      return (await prisma.course.findMany()).map((c) => c.title);
    });
    expect(titles).toEqual(['All']);
    expect(await foreignTitles()).toEqual(['Foreign']);
  });

  it('that are not, reach all and say why', async () => {
    await database.transactionAcrossOrganizations('the test says so', async ({ prisma }) => {
      expect(await prisma.course.count()).toBe(2);
    });
    await expect(database.transactionAcrossOrganizations('', async () => 1)).rejects.toThrow('why');
    expect(() => database.acrossOrganizations('')).toThrow('why');
  });

  it('of consumers are confined to the organization of the event at hand', async () => {
    const event = (organizationId: string) => ({
      id: newId(),
      type: 'test.thing.happened.v1',
      time: new Date().toISOString(),
      aggregateId: newId(),
      organizationId,
      actorId: null,
      correlationId: newId(),
      causationId: null,
      data: {},
    });
    await database.transact(null, async (tx) => {
      const seen = [own, foreign].map(({ organizationId }) => tx.causedBy(event(organizationId)));
      expect(await tx.prisma.course.count()).toBe(2);
      for (const [i, id] of [ownCourse, foreignCourse].entries()) {
        expect((await seen[i]!.prisma.course.findMany()).map((c) => c.id)).toEqual([id]);
      }
      // Both at once: each statement keeps to the event it was made for.
      const [ofOwn, ofForeign] = await Promise.all(seen.map((one) => one.prisma.course.findMany()));
      expect(ofOwn!.map((c) => c.id)).toEqual([ownCourse]);
      expect(ofForeign!.map((c) => c.id)).toEqual([foreignCourse]);
    });
    await expect(
      database.transact(event(own.organizationId), async (tx) =>
        tx.prisma.course.create({ data: course(foreign.organizationId, 'Smuggled') }),
      ),
    ).rejects.toThrow(/another organization/);
  });
});
