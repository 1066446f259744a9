import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';
import { eventually } from '@lyceum/testkit/eventually';
import { Kind, parse, type GraphQLObjectType } from 'graphql';
import { ask, type Answer } from './ask.js';
import { answer, enroll, publishTestCourse, view, type TestCourse } from './courses.js';
import { callsOfAll, publicSchema, selectEverything } from './every-field.js';
import { administrator, instructor, learner, PASSWORD, type Person } from './people.js';
import { subscribeBySocket, type Subscriber } from './subscribers.js';
import { settled, startTopology, type Topology } from './topology.js';

/** Stands in every name and text of the organization's content. */
const MARK = 'ZEBRA';

/** All that is open without any role; each of these is asked for below. */
const OPEN = [
  ...['Query.me', 'Query.organization', 'Query.verifyCertificate'],
  ...['Mutation.register', 'Mutation.login', 'Mutation.refreshSession', 'Mutation.logout'],
  ...['Mutation.updateProfile', 'Mutation.updatePreferences'],
  'Mutation.setNotificationPreference',
  ...['User.name', 'User.createdAt', 'User.email', 'User.locale', 'User.timeZone', 'User.roles'],
  ...['User.organization', 'User.notificationPreferences'],
  ...['Organization.name', 'Organization.slug', 'Organization.locale', 'Organization.timeZone'],
  ...['Organization.registration', 'Organization.createdAt'],
  ...['Certificate.learnerName', 'Certificate.courseTitle', 'Certificate.organizationName'],
  ...['Certificate.verificationCode', 'Certificate.issuedAt'],
];

const REFUSED = { code: 'PERMISSION_DENIED', reason: 'ROLE_REQUIRED' };
const LOGIN = `mutation ($input: LoginInput!) {
  login(input: $input) { ... on AuthSession { accessToken refreshToken user { name roles { role } } } } }`;
const REFRESH = `mutation ($token: String!) {
  refreshSession(refreshToken: $token) { accessToken refreshToken user { name roles { role } } } }`;

interface Session {
  accessToken: string;
  refreshToken: string;
  user: { name: string; roles: { role: string }[] };
}

let topology: Topology;
let admin: Person;
let teacher: Person;
let pupil: Person;
let course: TestCourse;
let other: TestCourse;
let ids: Record<string, string>;
let certificateCode: string;
/** The pupil's, from before their last role was revoked. */
let before: Session;
/** The pupil's since then. */
let token: string;
let subscriber: Subscriber;

const input = () => ({ input: { userId: pupil.id, role: 'LEARNER' } });
const asPupil = (query: string, variables: Record<string, unknown> = {}): Promise<Answer> =>
  ask(topology.url, token, query, variables);

async function root(name: 'Query' | 'Mutation' | 'Subscription'): Promise<GraphQLObjectType> {
  const schema = await publicSchema(admin.client);
  return schema.getType(name) as GraphQLObjectType;
}

async function closed(name: 'Query' | 'Mutation' | 'Subscription') {
  const calls = callsOfAll(await root(name), name.toLowerCase() as Lowercase<typeof name>, ids);
  return calls.filter(({ field }) => !OPEN.includes(`${name}.${field}`));
}

beforeAll(async () => {
  topology = await startTopology();
  admin = await administrator(topology, 'plain-school', 'Ada Admin');
  teacher = await instructor(topology, 'plain-school', admin, 'Ines Instructor');
  pupil = await learner(topology, 'plain-school', 'Paul Pupil');
  [course, other] = await Promise.all([
    publishTestCourse(teacher.client, MARK),
    publishTestCourse(teacher.client, `${MARK} two`),
  ]);
  const enrollmentId = await enroll(pupil.client, course.id);
  await view(pupil.client, enrollmentId, course.pageTopicId, course.pageBlockId);
  await answer(pupil.client, enrollmentId, course);
  const { createTeam } = await admin.client.request<{ createTeam: { id: string } }>(
    `mutation { createTeam(input: { name: "${MARK} team" }) { id } }`,
  );
  await admin.client.request(
    `mutation ($input: TeamMemberInput!) { addTeamMember(input: $input) { id } }`,
    { input: { teamId: createTeam.id, userId: pupil.id } },
  );
  await settled(topology);
  ids = {
    courseId: course.id,
    moduleId: course.moduleId,
    lessonId: course.lessonId,
    topicId: course.quizTopicId,
    blockId: course.quizBlockId,
    enrollmentId,
    userId: pupil.id,
    teamId: createTeam.id,
  };
  const { me } = await pupil.client.request<{
    me: { certificates: { verificationCode: string }[]; teams: unknown[] };
  }>('{ me { certificates { verificationCode } teams { name } } }');
  certificateCode = me.certificates[0]?.verificationCode ?? '';
  expect(me.teams).toEqual([{ name: `${MARK} team` }]);

  const { login } = await pupil.client.request<{ login: Session }>(LOGIN, {
    input: { email: pupil.email, password: PASSWORD },
  });
  before = login;
  subscriber = await subscribeBySocket({
    url: topology.url,
    accessToken: login.accessToken,
    query:
      'subscription ($courseId: ID!) { courseProgressUpdated(courseId: $courseId) { percent } }',
    variables: { courseId: course.id },
  });
  await admin.client.request(
    'mutation ($input: RoleInput!) { revokeRole(input: $input) { id } }',
    input(),
  );
}, 180_000);
afterAll(() => topology?.stop(), 60_000);

describe('with the last role revoked', () => {
  it('what was open ends within seconds, and the session goes on without any role', async () => {
    await eventually(async () => {
      const { body } = await ask(topology.url, before.accessToken, '{ me { name } }');
      expect(body.errors).toMatchObject([
        { extensions: { code: 'UNAUTHENTICATED', reason: 'ROLE_REVOKED' } },
      ]);
    });
    await eventually(() => expect(subscriber.ends).toContain('4403 Roles changed'));
    await subscriber.stop();
    const { body } = await ask(topology.url, null, REFRESH, { token: before.refreshToken });
    const session = body.data?.['refreshSession'] as Session;
    expect(session.user).toEqual({ name: 'Paul Pupil', roles: [] });
    token = session.accessToken;
  }, 30_000);

  it('a person signs in, and sees their own account', async () => {
    const { body } = await ask(topology.url, null, LOGIN, {
      input: { email: pupil.email, password: PASSWORD },
    });
    expect(body).toMatchObject({ data: { login: { user: { name: 'Paul Pupil', roles: [] } } } });
    const session = body.data?.['login'] as Session | undefined;
    token = session?.accessToken ?? '';
    const me = await asPupil(
      '{ me { name email locale timeZone roles { id } organization { name slug } notificationPreferences { enabled } } }',
    );
    expect(me.body).toMatchObject({
      data: {
        me: {
          ...{ name: 'Paul Pupil', email: pupil.email, locale: 'en', timeZone: 'UTC', roles: [] },
          organization: { name: 'The plain-school school', slug: 'plain-school' },
          notificationPreferences: expect.arrayContaining([{ enabled: true }]),
        },
      },
    });
  });

  it('a person changes their own settings', async () => {
    const { body } = await asPupil(`mutation {
      updateProfile(input: { name: "Paul P." }) { name }
      updatePreferences(input: { locale: "de" }) { locale }
      setNotificationPreference(input: { category: LEARNING, channel: EMAIL, enabled: false }) { enabled }
    }`);
    expect(body).toEqual({
      data: {
        updateProfile: { name: 'Paul P.' },
        updatePreferences: { locale: 'de' },
        setNotificationPreference: { enabled: false },
      },
    });
  });

  it('signing in again, up and out is open, whoever is signed in', async () => {
    const signIn = await asPupil(LOGIN, { input: { email: pupil.email, password: PASSWORD } });
    const session = signIn.body.data?.['login'] as Session | undefined;
    const refreshed = await asPupil(REFRESH, { token: session?.refreshToken });
    const next = refreshed.body.data?.['refreshSession'] as Session | undefined;
    const accessToken = next?.accessToken ?? null;
    expect((await ask(topology.url, accessToken, 'mutation { logout }')).body).toEqual({
      data: { logout: true },
    });
    const registered = await asPupil(
      `mutation ($input: RegisterInput!) { register(input: $input) {
        ... on AuthSession { user { name roles { role } } } } }`,
      {
        input: {
          email: `second.${pupil.email}`,
          ...{ name: 'Second Pupil', password: PASSWORD, organizationSlug: 'plain-school' },
        },
      },
    );
    expect(registered.body).toEqual({
      data: { register: { user: { name: 'Second Pupil', roles: [{ role: 'LEARNER' }] } } },
    });
  });

  it('certificates are verified, and lead nowhere', async () => {
    const { body } = await asPupil(
      `query ($code: String!) { verifyCertificate(code: $code) {
        courseTitle organizationName issuedAt verificationCode learnerName
        course { title } learner { name } enrollment { progress { percent } } } }`,
      { code: certificateCode },
    );
    expect(body).toMatchObject({
      data: {
        verifyCertificate: { courseTitle: MARK, course: null, learner: null, enrollment: null },
      },
    });
  });

  it('nothing of the organization is behind what is open', async () => {
    const fields = (await root('Query')).getFields();
    for (const name of ['me', 'organization']) {
      const { body } = await asPupil(`{ ${name} ${selectEverything(fields[name]!.type, 4)} }`);
      expect(body.errors).toBeUndefined();
      expect(body.data?.[name]).toMatchObject({ __typename: expect.any(String) });
      expect(JSON.stringify(body)).not.toContain(MARK);
    }
    const { body } = await asPupil(
      '{ me { organization { courses { totalCount facets { languages { count } } } teams { totalCount } } } }',
    );
    expect(body).toEqual({
      data: {
        me: {
          organization: {
            courses: { totalCount: 0, facets: { languages: [] } },
            teams: { totalCount: 0 },
          },
        },
      },
    });
  });

  it.each(['Query', 'Mutation'] as const)(
    'every other field of %s is refused',
    async (name) => {
      const calls = await closed(name);
      expect(calls.length).toBeGreaterThan(8);
      for (const { field, operation, variables } of calls) {
        const { body } = await asPupil(operation, variables);
        expect({ field, ...body }).toMatchObject({
          field,
          errors: [{ path: [field], extensions: REFUSED }],
        });
        expect(body.data?.[field] ?? null).toBeNull();
      }
    },
    120_000,
  );

  it('every subscription is refused before there is an event', async () => {
    const client = topology.client();
    client.accessToken = token;
    for (const { field, operation, variables } of await closed('Subscription')) {
      const refusal = await new Promise((resolve) => {
        client.subscribe(operation, variables, resolve, resolve);
      });
      expect({ field, refusal }).toMatchObject({ field, refusal: [{ extensions: REFUSED }] });
    }
  }, 30_000);

  it('staff still find and enroll the person', async () => {
    const { users } = await admin.client.request<{ users: { nodes: unknown[] } }>(
      '{ users(search: "Paul") { nodes { id roles { role } } } }',
    );
    expect(users.nodes).toEqual([{ id: pupil.id, roles: [] }]);
    const enrolled = await admin.client.request(
      `mutation ($input: EnrollInCourseInput!) { enrollInCourse(input: $input) {
        ... on Enrolled { enrollment { status } } } }`,
      { input: { courseId: other.id, learnerId: pupil.id } },
    );
    expect(enrolled).toMatchObject({ enrollInCourse: { enrollment: { status: 'ACTIVE' } } });
    const { body } = await asPupil('query ($id: ID!) { course(id: $id) { title } }', {
      id: other.id,
    });
    expect(body).toMatchObject({ errors: [{ extensions: REFUSED }] });
  });

  it('the role assigned again opens what was there, from the next refresh', async () => {
    await admin.client.request(
      'mutation ($input: RoleInput!) { assignRole(input: $input) { id } }',
      input(),
    );
    pupil.client.accessToken = null;
    await pupil.client.login(pupil.email, PASSWORD);
    const data = await pupil.client.request<{ me: unknown }>(
      `query ($id: ID!) {
        me { enrollments { nodes { status course { title } } } certificates { courseTitle } }
        enrollment(id: $id) { progress { percent } } }`,
      { id: ids['enrollmentId'] },
    );
    expect(data).toMatchObject({
      me: {
        enrollments: {
          nodes: expect.arrayContaining([
            { status: 'COMPLETED', course: { title: MARK } },
            { status: 'ACTIVE', course: { title: `${MARK} two` } },
          ]),
        },
        certificates: [{ courseTitle: MARK }],
      },
      enrollment: { progress: { percent: 100 } },
    });
  });
});

it('what is open without any role is this, in all services', async () => {
  const folder = projectPath('schema/subgraphs');
  const open = new Set<string>();
  for (const file of await readdir(folder)) {
    const { definitions } = parse(await readFile(`${folder}/${file}`, 'utf8'));
    for (const definition of definitions) {
      if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      for (const field of definition.fields ?? []) {
        if (field.directives?.some(({ name }) => name.value === 'openWithoutRole')) {
          open.add(`${definition.name.value}.${field.name.value}`);
        }
      }
    }
  }
  expect([...open].toSorted()).toEqual(OPEN.toSorted());
});
