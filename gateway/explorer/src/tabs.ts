import type { DemoAccount, Example } from './offers.js';

/** What GraphiQL knows of a tab, as far as it matters here. */
export interface Tab {
  readonly query?: string | null;
}

export interface NewTab {
  readonly query: string;
  readonly variables: string | undefined;
}

/** An example as the contents of a tab. */
export function tabOf({ operation, variables }: Example): NewTab {
  return {
    query: operation.trim(),
    variables: variables ? JSON.stringify(variables, null, 2) : undefined,
  };
}

/** The tabs of a page that is opened for the first time; undefined where there are none. */
export function firstTabs(examples: readonly Example[]): NewTab[] | undefined {
  const tabs = examples.filter(({ openFirst }) => openFirst).map(tabOf);
  return tabs.length > 0 ? tabs : undefined;
}

/** The tab that holds an example already, so that none is opened twice; null where there is none. */
export function openTabOf(example: Example, tabs: readonly Tab[]): number | null {
  const index = tabs.findIndex((tab) => isOf(tab, example));
  return index < 0 ? null : index;
}

/** The example that a tab holds unchanged. */
export function exampleIn(tab: Tab | undefined, examples: readonly Example[]): Example | undefined {
  return tab && examples.find((example) => isOf(tab, example));
}

function isOf({ query }: Tab, { operation }: Example): boolean {
  return query?.trim() === operation.trim();
}

/** Who is to be signed in after a click on an account; null where the click changes nothing. */
export function clicked(account: DemoAccount, current: DemoAccount | null): DemoAccount | null {
  return account.email === current?.email ? null : account;
}
