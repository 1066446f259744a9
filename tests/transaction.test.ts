import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { profileUpdated } from '@lyceum/events/user';
import { systemClock } from '@lyceum/platform/clock';
import { Database, openPool } from '@lyceum/platform/database';
import { newId } from '@lyceum/platform/ids';
import { isInfrastructureFailure, isUnstorableText } from '@lyceum/platform/infrastructure-failure';
import { testDatabase, type TestDatabase } from '@lyceum/testkit/database';
import { person } from '@lyceum/testkit/person';
import { Prisma, PrismaClient } from '../subgraphs/user/generated/prisma/client.js';

/** One use case is one transaction: on the Prisma client of a real service. */
let home: TestDatabase;
let database: Database<PrismaClient>;
const viewer = person();

beforeAll(async () => {
  home = await testDatabase('user');
  const pool = openPool({ connectionString: home.url, name: 'transaction-test', max: 3 });
  database = new Database(pool, (adapter) => new PrismaClient({ adapter }), Prisma, systemClock);
});

afterAll(async () => {
  await database.close();
  await home.drop();
});

const team = (name: string) => ({
  id: newId(),
  organizationId: viewer.organizationId,
  name,
  searchName: name,
  createdAt: new Date(),
});
const profile = (userId: string) => ({
  aggregateId: userId,
  data: { userId, name: 'Ada', locale: 'en', timeZone: 'UTC' },
});
const teams = async () => (await database.of(viewer).team.findMany()).map(({ name }) => name);
const recorded = async () => {
  const rows = await database.acrossOrganizations('the test looks at the outbox').outbox.findMany();
  return rows.map((row) => row.aggregateId);
};

describe('a transaction', () => {
  it('keeps rows and events together, or neither', async () => {
    const [kept, lost] = [newId(), newId()];
    const after: string[] = [];
    await database.transaction(viewer, async (tx) => {
      await tx.prisma.team.create({ data: team('Kept') });
      tx.record(profileUpdated, profile(kept));
      tx.afterCommit(() => after.push('kept'));
    });
    const failing = database.transaction(viewer, async (tx) => {
      await tx.prisma.team.create({ data: team('Lost') });
      tx.record(profileUpdated, profile(lost));
      tx.afterCommit(() => after.push('lost'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect([await teams(), await recorded(), after]).toEqual([['Kept'], [kept], ['kept']]);
  });

  it('run again after a conflict records its events once, and what follows a commit happens once', async () => {
    const [first, second] = [team('First'), team('Second')];
    await database.of(viewer).team.createMany({ data: [first, second] });
    const ids = [newId(), newId()];
    const after: string[] = [];
    let runs = 0;
    let bothHold: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (bothHold = resolve));
    let holding = 0;
    const cross = (aggregateId: string, from: string, to: string) =>
      database.transaction(viewer, async (tx) => {
        runs += 1;
        tx.record(profileUpdated, profile(aggregateId));
        tx.afterCommit(() => after.push(aggregateId));
        await tx.prisma.team.update({ where: { id: from }, data: { name: 'Crossed' } });
        holding += 1;
        if (holding === 2) bothHold();
        await held;
        await tx.prisma.team.update({ where: { id: to }, data: { name: 'Crossed' } });
      });
    await Promise.all([cross(ids[0]!, first.id, second.id), cross(ids[1]!, second.id, first.id)]);
    expect(runs).toBe(3);
    expect(after.toSorted()).toEqual(ids.toSorted());
    expect((await recorded()).filter((id) => ids.includes(id)).toSorted()).toEqual(ids.toSorted());
  });

  it('stays committed although what should follow it fails, and is not run again', async () => {
    let runs = 0;
    let others = 0;
    database.onRecorded(() => {
      throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    });
    const result = await database.transaction(viewer, async (tx) => {
      runs += 1;
      tx.record(profileUpdated, profile(newId()));
      tx.afterCommit(() => {
        throw new Error('no');
      });
      tx.afterCommit(() => (others += 1));
      await tx.prisma.team.create({ data: team('Stays') });
      return 'done';
    });
    expect([result, runs, others]).toEqual(['done', 1, 1]);
    expect(await teams()).toContain('Stays');
  });

  it('refuses an event whose data is not what the catalogue says, and undoes the rows', async () => {
    const bad = { aggregateId: newId(), data: { userId: 'nobody' } };
    const failing = database.transaction(viewer, async (tx) => {
      await tx.prisma.team.create({ data: team('Undone') });
      tx.record(profileUpdated, bad as never);
    });
    await expect(failing).rejects.toThrow();
    expect(await teams()).not.toContain('Undone');
  });
});

describe('faults of the database', () => {
  it('tell a client to try again when no connection comes free in time', async () => {
    const pool = openPool({ connectionString: home.url, name: 'busy', max: 1, waitMs: 2_000 });
    const busy = new Database(
      pool,
      (adapter) => new PrismaClient({ adapter }),
      Prisma,
      systemClock,
    );
    const taken = await pool.connect();
    const caught = async (work: () => PromiseLike<unknown>): Promise<unknown> => {
      try {
        return await work();
      } catch (error) {
        return error;
      }
    };
    const onWrite = await caught(() => busy.transaction(viewer, async () => undefined));
    const onRead = await caught(() => busy.of(viewer).team.findMany());
    expect([onWrite, onRead].map(isInfrastructureFailure)).toEqual([true, true]);
    taken.release();
    expect(await busy.of(viewer).team.count()).toBeGreaterThan(0);
    await busy.close();
  });

  it('tell text that cannot be stored from everything else', async () => {
    const attempts = [
      () => database.of(viewer).team.findMany({ where: { name: 'a\0b' } }),
      () => database.of(viewer).team.create({ data: team('a\0b') }),
      () => database.of(viewer).$queryRaw`SELECT ${'\0'}::text AS organization_id`,
      () => database.of(viewer).$queryRaw`SELECT ${'"\\u0000"'}::jsonb AS organization_id`,
    ];
    for (const attempt of attempts) {
      const error: unknown = await attempt().then(
        () => null,
        (failure: unknown) => failure,
      );
      expect([isUnstorableText(error), isInfrastructureFailure(error)]).toEqual([true, false]);
    }
    const other: unknown = await database
      .of(viewer)
      .team.create({ data: { ...team('x'), id: 'no-id' } })
      .then(
        () => null,
        (failure: unknown) => failure,
      );
    expect([isUnstorableText(other), isInfrastructureFailure(other)]).toEqual([false, false]);
  });
});
