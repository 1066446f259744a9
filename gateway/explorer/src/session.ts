import type { DemoAccount } from './offers.js';

interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

interface AuthSession {
  __typename: string;
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

const SESSION = '{ __typename ... on AuthSession { accessToken refreshToken expiresIn } }';
const LOGIN = `mutation SignIn($input: LoginInput!) { login(input: $input) ${SESSION} }`;
const REFRESH = `mutation StaySignedIn($token: String!) { refreshSession(refreshToken: $token) ${SESSION} }`;
/** A token is renewed this long before it expires. */
const MARGIN_MS = 30_000;

/** One account that has signed in, with a token that is kept fresh. */
export class Session {
  #renewing: Promise<Tokens> | null = null;

  private constructor(
    readonly account: DemoAccount,
    private tokens: Tokens,
  ) {}

  static async signIn(account: DemoAccount): Promise<Session> {
    return new Session(account, await signIn(account));
  }

  /** A token that is good for a while. */
  async accessToken(): Promise<string> {
    if (this.tokens.expiresAt - Date.now() < MARGIN_MS) {
      this.#renewing ??= this.#renew().finally(() => {
        this.#renewing = null;
      });
      this.tokens = await this.#renewing;
    }
    return this.tokens.accessToken;
  }

  async #renew(): Promise<Tokens> {
    try {
      return await send(REFRESH, { token: this.tokens.refreshToken }, 'refreshSession');
    } catch {
      // Such as after a long sleep: the demo account's password still holds.
      return signIn(this.account);
    }
  }
}

async function signIn({ email, password }: DemoAccount): Promise<Tokens> {
  return send(LOGIN, { input: { email, password } }, 'login');
}

async function send(query: string, variables: object, field: string): Promise<Tokens> {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as {
    data?: Record<string, AuthSession | undefined> | null;
    errors?: { message: string }[];
  };
  const session = data?.[field];
  if (session?.__typename !== 'AuthSession') {
    throw new Error(errors?.[0]?.message ?? `Signing in gave ${session?.__typename ?? 'nothing'}.`);
  }
  const { accessToken, refreshToken, expiresIn } = session;
  return { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 };
}
