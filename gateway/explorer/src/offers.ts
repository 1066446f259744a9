/** Someone to sign in as; only platforms that are for trying name any. */
export interface DemoAccount {
  email: string;
  password: string;
  role: string;
  description: string;
}

/** A value of the variables that depends on who is signed in. */
export interface Lookup {
  placeholder: string;
  operation: string;
  variables?: Readonly<Record<string, unknown>>;
  path: readonly string[];
  otherwise: string;
}

/** An operation that is ready to run. */
export interface Example {
  title: string;
  operation: string;
  variables?: Readonly<Record<string, unknown>>;
  /** E-mail addresses of the demo accounts it works for; absent where no account is needed. */
  as?: string[];
  openFirst?: boolean;
  lookups?: readonly Lookup[];
}

async function list<T>(path: string): Promise<T[]> {
  try {
    const response = await fetch(path);
    return response.ok ? ((await response.json()) as T[]) : [];
  } catch {
    return [];
  }
}

/** What the platform offers to try. */
export async function offers(): Promise<{ accounts: DemoAccount[]; examples: Example[] }> {
  const [accounts, examples] = await Promise.all([
    list<DemoAccount>('/explorer/accounts'),
    list<Example>('/explorer/examples'),
  ]);
  return { accounts, examples };
}
