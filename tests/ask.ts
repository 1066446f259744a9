export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: readonly { path?: string[]; extensions: Record<string, unknown> }[];
    readonly extensions?: Record<string, unknown>;
  };
}

/**
 * One request over HTTP, as a client sends it that looks at everything.
 * @throws when the answer is no JSON, such as what a load balancer says in place of a gateway
 */
export async function ask(
  url: string,
  accessToken: string | null,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const { status } = response;
  if (!response.headers.get('content-type')?.includes('json'))
    throw new Error(`${status}: ${text}`);
  return { status, headers: response.headers, body: JSON.parse(text) as Answer['body'] };
}
