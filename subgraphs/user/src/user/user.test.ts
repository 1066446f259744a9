import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountRegistered } from '@lyceum/events/auth';
import { organizationUpdated, profileUpdated } from '@lyceum/events/user';
import { newId } from '@lyceum/platform/ids';
import { ANONYMOUS, type SignedIn } from '@lyceum/platform/viewer';
import { person } from '@lyceum/testkit/person';
import { testService, type TestService } from '@lyceum/testkit/service';
import { registration, school, type School } from '../../test/user.fixture.js';
import { userService } from '../app.js';

const PROFILE = '{ id name email locale timeZone organization { id slug name } teams { name } }';
const ME = `{ me ${PROFILE} }`;
const USER = `query ($id: ID!) { user(id: $id) ${PROFILE} }`;

let app: TestService;
let harbour: School;
let hills: School;
beforeAll(async () => {
  app = await testService(userService);
  harbour = await school(app, 'harbour');
  hills = await school(app, 'hills');
});
afterAll(() => app.close());

describe('a registration elsewhere', () => {
  it('makes a profile with preferences, in its organization', async () => {
    const { organizationId, admin } = harbour;
    expect(await app.as(admin).ok(ME)).toEqual({
      me: {
        id: admin.userId,
        name: 'Ada Admin',
        email: 'ada.admin@harbour.example',
        locale: 'de',
        timeZone: 'Europe/Berlin',
        organization: { id: organizationId, slug: 'harbour', name: 'School harbour' },
        teams: [],
      },
    });
    const rows = await app.sql(`SELECT user_id FROM membership WHERE organization_id = $1`, [
      organizationId,
    ]);
    expect(rows).toContainEqual({ user_id: admin.userId });
  });

  it('takes effect once however often it is delivered', async () => {
    const who = person({ organizationId: harbour.organizationId });
    const event = { ...registration(who, 'Twice Told', 'harbour'), id: newId() };
    await app.deliver(accountRegistered, event);
    await app.deliver(accountRegistered, event);
    expect(await app.as(who).ok('{ me { name } }')).toEqual({ me: { name: 'Twice Told' } });
  });

  it('may arrive before that of the founder, whose settings then hold', async () => {
    const organizationId = newId();
    const founder = person({ organizationId, roles: ['ORGANIZATION_ADMIN'] });
    const early = person({ organizationId });
    await app.deliver(accountRegistered, registration(early, 'Early Bird', 'dawn'));
    await app.deliver(accountRegistered, registration(founder, 'Fay Founder', 'dawn', true));
    const { organization } = await app
      .as(early)
      .ok<{ organization: unknown }>('{ organization { slug locale timeZone registration } }');
    expect(organization).toEqual({
      slug: 'dawn',
      locale: 'de',
      timeZone: 'Europe/Berlin',
      registration: 'OPEN',
    });
  });

  it('is waited for when someone asks for the person in the same moment', async () => {
    const who = person({ organizationId: harbour.organizationId });
    const asked = app.as(who).ok(ME);
    await app.deliver(accountRegistered, registration(who, 'Just Now', 'harbour'));
    expect(await asked).toMatchObject({ me: { name: 'Just Now' } });
  });
});

describe('what is seen of a person', () => {
  it('is the name and the teams for members of the same organization', async () => {
    const learner = await harbour.join('Lena Learner');
    expect(await app.as(learner).ok(USER, { id: harbour.admin.userId })).toMatchObject({
      user: { name: 'Ada Admin', email: null, locale: null, timeZone: null, teams: [] },
    });
  });

  it('is the contact data as well for those who look after people', async () => {
    const learner = await harbour.join('Lars Learner');
    const instructor = await harbour.join('Ines Instructor', ['INSTRUCTOR']);
    expect(await app.as(instructor).ok(USER, { id: learner.userId })).toMatchObject({
      user: { email: 'lars.learner@harbour.example', locale: 'en', timeZone: 'UTC' },
    });
  });

  it('is nothing for other organizations, for strangers, and for ids that are none', async () => {
    const id = harbour.admin.userId;
    expect(await app.as(hills.admin).ok(USER, { id })).toEqual({ user: null });
    expect(await app.as(ANONYMOUS).ok(USER, { id })).toEqual({ user: null });
    expect(await app.as(ANONYMOUS).ok(ME)).toEqual({ me: null });
    expect(await app.as(hills.admin).ok(USER, { id: 'not-an-id' })).toEqual({ user: null });
    const other = 'query ($id: ID!) { organization(id: $id) { name } }';
    expect(await app.as(hills.admin).ok(other, { id: harbour.organizationId })).toEqual({
      organization: null,
    });
    expect(await app.as(ANONYMOUS).ok('{ organization { name } }')).toEqual({ organization: null });
  });

  it('does not reach through references either', async () => {
    const entities = `query ($of: [_Any!]!) {
      _entities(representations: $of) { ... on User { name } ... on Organization { name } }
    }`;
    const of = [
      { __typename: 'User', id: harbour.admin.userId },
      { __typename: 'Organization', id: harbour.organizationId },
    ];
    expect(await app.as(hills.admin).ok(entities, { of })).toEqual({ _entities: [null, null] });
    expect(await app.as(harbour.admin).ok(entities, { of })).toEqual({
      _entities: [{ name: 'Ada Admin' }, { name: 'School harbour' }],
    });
  });
});

it('resolves many references with the same few statements as one', async () => {
  const people: SignedIn[] = [];
  for (let i = 0; i < 20; i += 1) people.push(await harbour.join(`Person ${i}`));
  const entities = `query ($of: [_Any!]!) {
    _entities(representations: $of) { ... on User ${PROFILE} }
  }`;
  const once = (count: number) =>
    app.statements(() =>
      app.as(harbour.admin).ok(entities, {
        of: people.slice(0, count).map(({ userId }) => ({ __typename: 'User', id: userId })),
      }),
    );
  // What the service does for those who joined may come to its end meanwhile, and is counted as well.
  const statements = async (count: number) => Math.min(await once(count), await once(count));
  // People, preferences, organization, teams.
  expect(await statements(1)).toBe(4);
  expect(await statements(20)).toBe(4);
});

describe('changing one’s own', () => {
  it('profile and preferences is told to the others in one event each', async () => {
    const who = await harbour.join('Old Name');
    const answer = await app.as(who).ok(`mutation {
      updateProfile(input: { name: " New Name " }) { name }
      updatePreferences(input: { locale: "PT-br", timeZone: "America/Sao_Paulo" }) {
        locale timeZone
      }
    }`);
    expect(answer).toEqual({
      updateProfile: { name: 'New Name' },
      updatePreferences: { locale: 'pt-BR', timeZone: 'America/Sao_Paulo' },
    });
    const events = (await app.published(profileUpdated)).filter(
      (event) => event.aggregateId === who.userId,
    );
    expect(events.map((event) => event.data)).toEqual([
      { userId: who.userId, name: 'New Name', locale: 'en', timeZone: 'UTC' },
      { userId: who.userId, name: 'New Name', locale: 'pt-BR', timeZone: 'America/Sao_Paulo' },
    ]);
  });

  it('at the same time loses nothing: the last event tells both changes', async () => {
    const who = await harbour.join('Busy Person');
    await Promise.all([
      app.as(who).ok('mutation { updateProfile(input: { name: "Busier" }) { id } }'),
      app.as(who).ok('mutation { updatePreferences(input: { locale: "fr" }) { id } }'),
    ]);
    const events = await app.published(profileUpdated);
    const last = events.findLast((event) => event.aggregateId === who.userId);
    expect(last?.data).toMatchObject({ name: 'Busier', locale: 'fr' });
  });

  it('takes only languages and time zones that exist', async () => {
    const as = app.as(harbour.admin);
    for (const input of ['locale: "x"', 'timeZone: "+02:00"', 'timeZone: "Moon/Base"']) {
      const text = `mutation { updatePreferences(input: { ${input} }) { id } }`;
      expect(await as.refusal(text)).toBe('BAD_USER_INPUT');
    }
    expect(await app.as(ANONYMOUS).refusal('mutation { updateProfile(input: {}) { id } }')).toBe(
      'UNAUTHENTICATED',
    );
  });
});

describe('changing the organization', () => {
  const UPDATE = `mutation {
    updateOrganization(input: { name: "Hill School", registration: CLOSED }) {
      name locale registration
    }
  }`;

  it('is for administrators', async () => {
    const learner = await hills.join('Leo Learner');
    expect(await app.as(learner).refusal(UPDATE)).toBe('PERMISSION_DENIED');
    expect(await app.as(ANONYMOUS).refusal(UPDATE)).toBe('UNAUTHENTICATED');
  });

  it('keeps what is not named, and is told to the others', async () => {
    expect(await app.as(hills.admin).ok(UPDATE)).toEqual({
      updateOrganization: { name: 'Hill School', locale: 'de', registration: 'CLOSED' },
    });
    const [event] = await app.published(organizationUpdated);
    expect(event).toMatchObject({
      aggregateId: hills.organizationId,
      organizationId: hills.organizationId,
      actorId: hills.admin.userId,
      data: { name: 'Hill School', registration: 'CLOSED', timeZone: 'Europe/Berlin' },
    });
    expect(await app.as(harbour.admin).ok('{ organization { name } }')).toEqual({
      organization: { name: 'School harbour' },
    });
  });
});
