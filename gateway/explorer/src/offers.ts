/** Someone to sign in as; only platforms that are for trying name any. */
export interface DemoAccount {
  email: string;
  password: string;
  role: string;
  description: string;
}

/** An operation that is ready to run. */
export interface Example {
  title: string;
  operation: string;
  variables?: Record<string, unknown>;
  /** E-mail address of the demo account whose example it is. */
  as?: string;
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
