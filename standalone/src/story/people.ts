import { GraphClient } from '../graph-client.js';

export interface Person {
  email: string;
  password: string;
  name: string;
}

/** Someone who has signed in, with a client that speaks for them. */
export interface SignedInPerson extends Person {
  id: string;
  client: GraphClient;
}

const REGISTER = `mutation Register($input: RegisterInput!) {
  register(input: $input) { ... on AuthSession { accessToken user { id } } }
}`;

interface Registered {
  register: { accessToken: string; user: { id: string } };
}

/**
 * Makes an account in the organization that is named, or founds it.
 * @throws GraphError (CONFLICT) when there is such an account or organization
 */
export async function register(
  url: string,
  { email, password, name }: Person,
  where: { organizationSlug: string } | { newOrganization: { name: string; slug: string } },
): Promise<SignedInPerson> {
  const client = new GraphClient(url);
  const input = { email, password, name, ...where };
  const { register: session } = await client.request<Registered>(REGISTER, { input });
  client.accessToken = session.accessToken;
  return { id: session.user.id, email, password, name, client };
}

/** @throws GraphError (INVALID_CREDENTIALS, RATE_LIMITED) */
export async function signIn(url: string, person: Person): Promise<SignedInPerson> {
  const client = new GraphClient(url);
  const id = await client.login(person.email, person.password);
  return { ...person, id, client };
}
