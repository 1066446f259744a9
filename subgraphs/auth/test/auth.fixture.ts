/** Settings for tests: the smallest hashes, so that tests are about what they say. */
export const TEST_SETTINGS = {
  AUTH_SECRET: 'a secret for tests alone, long enough',
  ARGON2_MEMORY_KIB: '1024',
  ARGON2_ITERATIONS: '2',
};

const SESSION = `{
  __typename
  ... on AuthSession { accessToken refreshToken expiresIn user { id roles { role scope scopeId } } }
}`;

export const REGISTER = `mutation ($input: RegisterInput!) { result: register(input: $input) ${SESSION} }`;
export const LOGIN = `mutation ($input: LoginInput!) { result: login(input: $input) ${SESSION} }`;

/** What registering and signing in answer. */
export interface SignedInAnswer {
  result: {
    __typename: string;
    accessToken: string;
    refreshToken: string;
    expiresIn: number;
    user: { id: string; roles: { role: string; scope: string; scopeId: string | null }[] };
  };
}

/** A registration with a good password. */
export function newcomer<T extends object>(given: T) {
  return { name: 'Alma Reyes', password: 'seven quiet harbours at dawn', ...given };
}
