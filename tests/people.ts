import type { GraphClient } from '@lyceum/standalone/graph-client';
import type { Topology } from './topology.js';

export const PASSWORD = 'a passphrase for journeys alone';

export interface Person {
  readonly client: GraphClient;
  readonly id: string;
  readonly email: string;
  readonly organizationId: string;
}

interface Session {
  accessToken: string;
  user: { id: string; organization: { id: string } };
}

const SESSION = '... on AuthSession { accessToken user { id organization { id } } }';

async function register(
  topology: Topology,
  name: string,
  where: { organizationSlug: string } | { newOrganization: { name: string; slug: string } },
): Promise<Person> {
  const client = topology.client();
  const email = `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}.${Date.now()}@example.com`;
  const data = await client.request<{ register: Session }>(
    `mutation ($input: RegisterInput!) { register(input: $input) { ${SESSION} } }`,
    { input: { email, name, password: PASSWORD, ...where } },
  );
  client.accessToken = data.register.accessToken;
  const { user } = data.register;
  return { client, email, id: user.id, organizationId: user.organization.id };
}

/** Founds an organization; who founds it administers it. */
export function administrator(
  topology: Topology,
  slug: string,
  name = 'Ada Admin',
): Promise<Person> {
  return register(topology, name, { newOrganization: { name: `The ${slug} school`, slug } });
}

export function learner(topology: Topology, slug: string, name: string): Promise<Person> {
  return register(topology, name, { organizationSlug: slug });
}

/** Registers somebody and has the administrator make an instructor of them. */
export async function instructor(
  topology: Topology,
  slug: string,
  admin: Person,
  name = 'Ines Instructor',
): Promise<Person> {
  const person = await learner(topology, slug, name);
  await admin.client.request(`mutation ($input: RoleInput!) { assignRole(input: $input) { id } }`, {
    input: { userId: person.id, role: 'INSTRUCTOR' },
  });
  await person.client.login(person.email, PASSWORD);
  return person;
}
