import { setTimeout as pause } from 'node:timers/promises';
import { GraphClient, GraphError } from '@lyceum/standalone/graph-client';

interface Tokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

export interface NewPerson {
  email: string;
  password: string;
  name: string;
  organizationSlug?: string;
  newOrganization?: { name: string; slug: string };
}

const SESSION = 'accessToken refreshToken expiresIn';
const REGISTER = `mutation ($input: RegisterInput!) {
  register(input: $input) { ... on AuthSession { ${SESSION} user { id } } } }`;
const REFRESH = `mutation ($token: String!) { refreshSession(refreshToken: $token) { ${SESSION} } }`;

/** Someone signed in, for longer than one access token lasts. */
export class Session {
  readonly client: GraphClient;
  #tokens: Tokens | null = null;
  #refreshAt = Infinity;
  #refreshing: Promise<void> | null = null;

  private constructor(
    url: string,
    readonly userId: string,
  ) {
    this.client = new GraphClient(url);
  }

  static async register(url: string, input: NewPerson): Promise<Session> {
    const { register } = await new GraphClient(url).request<{
      register: Tokens & { user: { id: string } };
    }>(REGISTER, { input });
    const session = new Session(url, register.user.id);
    session.#adopt(register);
    return session;
  }

  /** @throws GraphError when the answer has errors */
  async request<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    if (Date.now() > this.#refreshAt) {
      this.#refreshing ??= this.refresh().finally(() => (this.#refreshing = null));
      await this.#refreshing;
    }
    return this.client.request<T>(query, variables);
  }

  /** Tries again when the platform is away; only for what may be sent twice. */
  async persist<T>(query: string, variables: Record<string, unknown>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.request<T>(query, variables);
      } catch (error) {
        if (tries === 20 || (error instanceof GraphError && !isPassing(error))) throw error;
        await pause(Math.min(100 * tries, 1_000));
      }
    }
  }

  /** New tokens, with the roles as they are now. */
  async refresh(): Promise<void> {
    const token = this.#tokens!.refreshToken;
    const { refreshSession } = await new GraphClient(this.client.url).request<{
      refreshSession: Tokens;
    }>(REFRESH, { token });
    this.#adopt(refreshSession);
  }

  #adopt(tokens: Tokens): void {
    this.#tokens = tokens;
    this.client.accessToken = tokens.accessToken;
    this.#refreshAt = Date.now() + (tokens.expiresIn - 60) * 1_000;
  }
}

function isPassing(error: GraphError): boolean {
  return error.code === 'SERVICE_UNAVAILABLE' || error.code === 'INTERNAL_SERVER_ERROR';
}
