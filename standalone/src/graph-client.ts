import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';

/** A refusal or a fault, as the graph answered it. */
export class GraphError extends Error {
  constructor(readonly errors: readonly { message: string; extensions?: { code?: string } }[]) {
    super(errors.map((error) => error.message).join('; '));
  }

  get code(): string | undefined {
    return this.errors[0]?.extensions?.code;
  }
}

/** A small client of the public graph, as partners would write it. */
export class GraphClient {
  accessToken: string | null = null;
  #socket: Client | null = null;

  constructor(readonly url: string) {}

  /** @throws GraphError when the answer has errors */
  async request<T>(query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.accessToken ? { authorization: `Bearer ${this.accessToken}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await response.json()) as { data: T; errors?: GraphError['errors'] };
    if (answer.errors) throw new GraphError(answer.errors);
    return answer.data;
  }

  async login(email: string, password: string): Promise<string> {
    const { login } = await this.request<{ login: { accessToken: string; user: { id: string } } }>(
      `mutation($input: LoginInput!) { login(input: $input) { ... on AuthSession { accessToken user { id } } } }`,
      { input: { email, password } },
    );
    this.accessToken = login.accessToken;
    return login.user.id;
  }

  /** Calls `onData` for each message until the returned function is called. */
  subscribe<T>(
    query: string,
    variables: Record<string, unknown>,
    onData: (data: T) => void,
    onError: (error: unknown) => void = () => undefined,
    extensions?: Record<string, unknown>,
  ): () => void {
    return this.#connection().subscribe<T>(
      { query, variables, extensions },
      {
        next: (message) => {
          if (message.errors) onError(new GraphError(message.errors));
          else if (message.data) onData(message.data);
        },
        error: onError,
        complete: () => undefined,
      },
    );
  }

  /**
   * Resolves once every subscription made so far is heard: messages of one connection are read in
   * their order, so an answer to a later one proves it.
   */
  async listening(): Promise<void> {
    for await (const _answer of this.#connection().iterate({ query: '{ __typename }' })) return;
  }

  async close(): Promise<void> {
    await this.#socket?.dispose();
    this.#socket = null;
  }

  #connection(): Client {
    this.#socket ??= createClient({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: () => ({ accessToken: this.accessToken }),
      retryAttempts: 5,
    });
    return this.#socket;
  }
}
