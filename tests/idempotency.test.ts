import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@lyceum/platform/clock';
import { Database, openPool } from '@lyceum/platform/database';
import { conflict, LyceumError, rateLimited } from '@lyceum/platform/errors';
import { pruneIdempotencyRecords } from '@lyceum/platform/idempotency/idempotency-records';
import {
  createIdempotency,
  type IdempotencyLimits,
} from '@lyceum/platform/idempotency/idempotency';
import { newId } from '@lyceum/platform/ids';
import type { Idempotency, SubgraphResponse } from '@lyceum/platform/subgraph';
import { silentLogger } from '@lyceum/platform/telemetry/logger';
import { createMetrics } from '@lyceum/platform/telemetry/metrics';
import { ANONYMOUS, type Viewer } from '@lyceum/platform/viewer';
import { testDatabase, type TestDatabase } from '@lyceum/testkit/database';
import { eventually } from '@lyceum/testkit/eventually';
import { person } from '@lyceum/testkit/person';
import type pg from 'pg';
import { Prisma, PrismaClient } from '../subgraphs/user/generated/prisma/client.js';

/** Mutations that run once, on the Prisma client of a real service. */
let home: TestDatabase;
let pool: pg.Pool;
let database: Database<PrismaClient>;
let statements = 0;
const viewer = person();

beforeAll(async () => {
  home = await testDatabase('user');
  const onStatement = () => void (statements += 1);
  pool = openPool({ connectionString: home.url, name: 'idempotency-test', max: 8, onStatement });
  database = new Database(pool, (adapter) => new PrismaClient({ adapter }), Prisma, systemClock);
  runOnce = instance();
});
afterAll(async () => {
  await database.close();
  await home.drop();
});

/** One instance of the service. */
const instance = (limits?: Partial<IdempotencyLimits>) =>
  createIdempotency({
    service: 'user',
    pool,
    log: silentLogger,
    metrics: createMetrics({ defaults: false }),
    limits,
  });
let runOnce: ReturnType<typeof instance>;

const keyed = (fields: Partial<Idempotency> = {}): Idempotency => ({
  key: newId(),
  fingerprint: 'of the input',
  part: 'createTeam',
  ...fields,
});
const request = (idempotency: Idempotency | undefined, as: Viewer = viewer) => ({
  viewer: as,
  correlationId: newId(),
  idempotency,
});

const write = (name: string, as = viewer): Promise<unknown> =>
  database.transaction(as, (tx) =>
    tx.prisma.team.create({
      data: {
        id: newId(),
        organizationId: as.organizationId,
        name,
        searchName: newId(),
        createdAt: new Date(),
      },
    }),
  );
const written = async (name: string): Promise<number> =>
  (await pool.query('SELECT FROM team WHERE name = $1', [name])).rowCount ?? 0;

/** A mutation that writes a row and answers with something new each time. */
const creating = (name: string) => async (): Promise<SubgraphResponse> => {
  await write(name);
  return { data: { createTeam: { id: newId() } } };
};
const failing = (error: LyceumError) => async (): Promise<SubgraphResponse> => ({
  data: null,
  errors: [error.toJSON()],
});
const codeOf = ({ errors }: SubgraphResponse): unknown => errors?.[0]?.extensions?.['code'];
/** Ends the lease of the one record, as time does after its process has died. */
const leaseEnds = (): Promise<unknown> =>
  pool.query('UPDATE idempotency_record SET lease_until = now() WHERE answer IS NULL');

/** A mutation that stands still where it is told to, until it may go on. */
function held(before: () => Promise<unknown>, after: () => Promise<unknown>) {
  let goOn: () => void = () => undefined;
  let reached: () => void = () => undefined;
  const there = new Promise<void>((resolve) => (reached = resolve));
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const run = async (): Promise<SubgraphResponse> => {
    await before();
    reached();
    await gate;
    await after();
    return { data: { createTeam: { id: newId() } } };
  };
  return { run, there, goOn };
}
const nothing = async (): Promise<void> => undefined;

describe('a mutation with an idempotency key', () => {
  it('runs once, and answers the same again, saying so', async () => {
    const key = keyed();
    const first = await runOnce(request(key), creating('once'));
    const second = await runOnce(request(key), creating('once'));
    expect(await written('once')).toBe(1);
    expect(second.data).toEqual(first.data);
    expect([first.extensions?.replayed, second.extensions?.replayed]).toEqual([undefined, true]);
  });

  it('is a conflict with another input, and does nothing', async () => {
    const key = keyed();
    await runOnce(request(key), creating('conflicting'));
    const other = await runOnce(
      request({ ...key, fingerprint: 'of another input' }),
      creating('conflicting'),
    );
    expect(codeOf(other)).toBe('IDEMPOTENCY_CONFLICT');
    expect(await written('conflicting')).toBe(1);
  });

  it('has one effect and one answer when twenty come at once, through two instances', async () => {
    const key = keyed();
    const others = instance();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 ? runOnce : others)(request(key), creating('at once')),
      ),
    );
    expect(await written('at once')).toBe(1);
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(answers.filter(({ extensions }) => extensions?.replayed)).toHaveLength(19);
  });

  it('belongs to one person of one organization, and to one part of an operation', async () => {
    const key = keyed();
    const colleague = person({ organizationId: viewer.organizationId });
    const elsewhere = person({ userId: viewer.userId });
    const ids = new Set<string>();
    for (const [as, part] of [
      [viewer, 'a'],
      [viewer, 'b'],
      [colleague, 'a'],
      [elsewhere, 'a'],
      [ANONYMOUS, 'a'],
    ] as const) {
      const { data, extensions } = await runOnce(request({ ...key, part }, as), creating('apart'));
      expect(extensions?.replayed).toBeUndefined();
      ids.add(JSON.stringify(data));
    }
    expect([ids.size, await written('apart')]).toEqual([5, 5]);
  });

  it('keeps refusals that are decisions, and forgets those that pass', async () => {
    const decided = keyed();
    const refusal = await runOnce(request(decided), failing(conflict('SLUG_TAKEN', 'Taken.')));
    const again = await runOnce(request(decided), creating('decided'));
    expect([codeOf(refusal), codeOf(again), await written('decided')]).toEqual([
      'CONFLICT',
      'CONFLICT',
      0,
    ]);
    for (const error of [
      rateLimited(3),
      new LyceumError('SERVICE_UNAVAILABLE', 'Later.'),
      new LyceumError('INTERNAL_SERVER_ERROR', 'Ours.'),
    ]) {
      const key = keyed();
      expect(codeOf(await runOnce(request(key), failing(error)))).toBe(error.code);
      expect(codeOf(await runOnce(request(key), creating(error.code)))).toBeUndefined();
      expect(await written(error.code)).toBe(1);
    }
  });

  it('is not run again when it took effect and then failed', async () => {
    const key = keyed();
    const first = await runOnce(request(key), async () => {
      await write('failed later');
      return failing(new LyceumError('INTERNAL_SERVER_ERROR', 'Ours.'))();
    });
    expect(codeOf(first)).toBe('INTERNAL_SERVER_ERROR');
    const second = await runOnce(request(key), creating('failed later'));
    expect([codeOf(second), await written('failed later')]).toEqual(['IDEMPOTENCY_ANSWER_LOST', 1]);
  });

  it('keeps what a part of it did when another part failed', async () => {
    const key = keyed();
    const partly = async (): Promise<SubgraphResponse> => {
      await write('partly');
      return { data: { a: { id: newId() }, b: null }, errors: [rateLimited(3).toJSON()] };
    };
    const first = await runOnce(request(key), partly);
    const second = await runOnce(request(key), partly);
    expect([second.data, await written('partly')]).toEqual([first.data, 1]);
  });

  it('knows a write that is no transaction of its own making for an effect', async () => {
    const key = keyed();
    const team = { id: newId(), name: 'single', searchName: 'single', createdAt: new Date() };
    const { organizationId } = viewer;
    const first = await runOnce(request(key), async () => {
      await database.of(viewer).team.create({ data: { ...team, organizationId } });
      await database.of(viewer).$executeRaw`
        UPDATE team SET search_name = 'raw' WHERE organization_id = ${organizationId}::uuid AND name = 'single'`;
      return failing(new LyceumError('SERVICE_UNAVAILABLE', 'Later.'))();
    });
    expect(codeOf(first)).toBe('SERVICE_UNAVAILABLE');
    expect(codeOf(await runOnce(request(key), creating('single')))).toBe('IDEMPOTENCY_ANSWER_LOST');
    const { rows } = await pool.query(`SELECT search_name FROM team WHERE name = 'single'`);
    expect(rows).toEqual([{ search_name: 'raw' }]);
  });

  it('has nothing to do with what goes on after its answer', async () => {
    const key = keyed();
    const { run, there, goOn } = held(nothing, () => write('afterwards'));
    let left: Promise<unknown> = Promise.resolve();
    await runOnce(request(key), async () => {
      left = run();
      await there;
      return failing(rateLimited(1))();
    });
    goOn();
    await left;
    expect(await written('afterwards')).toBe(1);
  });

  it('waits for the one that runs, and for a bounded while', async () => {
    const key = keyed();
    const { run, there, goOn } = held(() => write('slow'), nothing);
    const first = runOnce(request(key), run);
    await there;
    const impatient = await instance({ waitMs: 60 })(request(key), creating('slow'));
    expect(impatient.errors?.[0]?.extensions).toEqual({
      code: 'IDEMPOTENCY_IN_PROGRESS',
      retryAfterSeconds: expect.any(Number),
    });
    const crowded = await instance({ mostWaiting: 0 })(request(key), creating('slow'));
    expect(codeOf(crowded)).toBe('IDEMPOTENCY_IN_PROGRESS');
    const patient = runOnce(request(key), creating('slow'));
    goOn();
    expect((await patient).data).toEqual((await first).data);
    expect(await written('slow')).toBe(1);
  });

  it('lives on while it runs, however short its lease', async () => {
    const key = keyed();
    const { run, there, goOn } = held(nothing, nothing);
    const long = instance({ leaseMs: 300 })(request(key), run);
    await there;
    const lease = async () => {
      const { rows } = await pool.query<{ until: Date }>(
        'SELECT lease_until AS until FROM idempotency_record WHERE answer IS NULL AND lease_until > now()',
      );
      return rows[0]!.until.getTime();
    };
    const before = await lease();
    await eventually(async () => expect(await lease()).toBeGreaterThan(before + 300));
    goOn();
    await long;
  });

  it('is taken over from a run that died before its effect', async () => {
    const key = keyed();
    // Never goes on: its process was killed.
    const { run, there } = held(nothing, nothing);
    void runOnce(request(key), run);
    await there;
    await leaseEnds();
    expect(codeOf(await runOnce(request({ ...key, fingerprint: 'other' }), creating('t')))).toBe(
      'IDEMPOTENCY_CONFLICT',
    );
    const next = await runOnce(request(key), creating('taken over'));
    expect([codeOf(next), await written('taken over')]).toEqual([undefined, 1]);
  });

  it('never takes effect twice, though the run believed dead was only slow', async () => {
    const key = keyed();
    const slow = held(nothing, () => write('fenced'));
    const first = runOnce(request(key), async () => {
      try {
        return await slow.run();
      } catch (error) {
        return failing(error as LyceumError)();
      }
    });
    await slow.there;
    await leaseEnds();
    const second = await runOnce(request(key), creating('fenced'));
    slow.goOn();
    // It finds that another has taken over, undoes its own, and answers as that one did.
    expect((await first).data).toEqual(second.data);
    expect(await written('fenced')).toBe(1);
  });

  it('says that the answer is lost when the process died between effect and answer', async () => {
    const key = keyed();
    const { run, there, goOn } = held(() => write('lost'), nothing);
    const died = runOnce(request(key), run);
    await there;
    await leaseEnds();
    const next = await runOnce(request(key), creating('lost'));
    expect([codeOf(next), await written('lost')]).toEqual(['IDEMPOTENCY_ANSWER_LOST', 1]);
    // Had it not died but been slow, its answer counts from then on.
    goOn();
    const answer = await died;
    expect((await runOnce(request(key), creating('lost'))).data).toEqual(answer.data);
  });

  it('may be used anew after a day, and is removed', async () => {
    const key = keyed();
    const age = (hours: number) =>
      pool.query(
        'UPDATE idempotency_record SET expires_at = expires_at - make_interval(hours => $1)',
        [hours],
      );
    const count = async () => (await pool.query('SELECT FROM idempotency_record')).rowCount;
    await pool.query('DELETE FROM idempotency_record');
    await runOnce(request(key), creating('a day'));
    await age(23);
    expect((await runOnce(request(key), creating('a day'))).extensions?.replayed).toBe(true);
    await age(2);
    const anew = await runOnce(request({ ...key, fingerprint: 'other' }), creating('a day'));
    expect([anew.extensions?.replayed, await written('a day')]).toEqual([undefined, 2]);

    const { signal } = new AbortController();
    await pruneIdempotencyRecords(pool, signal);
    expect(await count()).toBe(1);
    await age(25);
    await pool.query(`
      INSERT INTO idempotency_record (id, fingerprint, owner, lease_until, expires_at)
      SELECT 'old ' || n, '', gen_random_uuid(), now(), now() - interval '1 hour'
      FROM generate_series(1, 2500) n`);
    await pruneIdempotencyRecords(pool, signal);
    expect(await count()).toBe(0);
  });
});

describe('what is kept of it', () => {
  it('can be read only with the client’s key', async () => {
    const key = keyed({ key: 'a key of the client', fingerprint: 'hash of a password' });
    await runOnce(request(key), async () => ({ data: { login: { token: 'a secret token' } } }));
    const { rows } = await pool.query<{ text: string; answer: Buffer }>(
      'SELECT row_to_json(r)::text AS text, answer FROM idempotency_record r WHERE answer IS NOT NULL',
    );
    const all = rows.map(({ text, answer }) => text + answer.toString('latin1')).join('\n');
    for (const secret of [key.key, key.fingerprint, 'a secret token', viewer.userId]) {
      expect(all).not.toContain(secret);
    }
  });

  it('is not taken for an answer when somebody has changed it', async () => {
    const key = keyed();
    await runOnce(request(key), creating('changed'));
    await pool.query(
      `UPDATE idempotency_record SET answer = set_byte(answer, 30, get_byte(answer, 30) # 1)`,
    );
    const next = await runOnce(request(key), creating('changed'));
    expect([codeOf(next), await written('changed')]).toEqual(['IDEMPOTENCY_ANSWER_LOST', 1]);
  });

  it('says who signed in for as long as that access token lasts, and no longer', async () => {
    const key = keyed();
    const became = person();
    const login = async (): Promise<SubgraphResponse> => ({
      data: { login: newId() },
      extensions: { viewer: became },
    });
    const first = await runOnce(request(key, ANONYMOUS), login);
    const soon = await runOnce(request(key, ANONYMOUS), login);
    expect(soon.extensions).toEqual({ viewer: became, replayed: true });
    await pool.query(
      `UPDATE idempotency_record SET expires_at = expires_at - interval '11 minutes'`,
    );
    const late = await runOnce(request(key, ANONYMOUS), login);
    expect([late.data, late.extensions]).toEqual([first.data, { replayed: true }]);
  });
});

describe('what it costs', () => {
  const cost = async (work: () => Promise<unknown>): Promise<number> => {
    const before = statements;
    await work();
    return statements - before;
  };

  it('is three statements for the first and two for a repeated one, and none without a key', async () => {
    const key = keyed();
    const without = await cost(() => runOnce(request(undefined), creating('cost')));
    const plain = await cost(() => creating('cost')());
    expect(without).toBe(plain);
    expect((await cost(() => runOnce(request(key), creating('cost')))) - plain).toBe(3);
    expect(await cost(() => runOnce(request(key), creating('cost')))).toBe(2);
  });
});

it('asks for patience when the database is away', async () => {
  const ended = openPool({ connectionString: home.url, name: 'ended' });
  await ended.end();
  const away = createIdempotency({
    service: 'user',
    pool: ended,
    log: silentLogger,
    metrics: createMetrics({ defaults: false }),
  });
  expect(codeOf(await away(request(keyed()), creating('away')))).toBe('SERVICE_UNAVAILABLE');
  expect(await written('away')).toBe(0);
});
