import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useState } from 'react';
import type { DemoAccount, Example } from './offers.js';
import { clicked, exampleIn, openTabOf, tabOf } from './tabs.js';
import { noteOn, wantedBy } from './wanted.js';

export interface StripProps {
  accounts: readonly DemoAccount[];
  examples: readonly Example[];
  current: DemoAccount | null;
  signingIn: string | null;
  problem: string | null;
  onSignIn(account: DemoAccount): void;
  onSignOut(): void;
}

/** What stands above the editor: who one is, and what there is to try. */
export function Strip(props: StripProps) {
  const { accounts, examples, current, signingIn, problem, onSignIn, onSignOut } = props;
  return (
    <header className="strip">
      <div className="brand">
        <Emblem />
        <strong>Lyceum</strong>
        <Connection />
      </div>
      <Examples examples={examples} accounts={accounts} current={current} />
      {accounts.length > 0 && (
        <nav className="accounts" aria-label="Sign in as">
          <span className="hint">{current ? 'Signed in as' : 'Sign in as'}</span>
          {accounts.map((account) => {
            const next = clicked(account, current);
            return (
              <button
                key={account.email}
                type="button"
                className="account"
                aria-pressed={next === null}
                disabled={signingIn !== null}
                title={`${account.email}\n${account.description}`}
                onClick={() => {
                  // A second click changes nothing: signing out has a button of its own.
                  if (next) onSignIn(next);
                }}
              >
                <span className="role">{account.role}</span>
                <span className="email">
                  {signingIn === account.email ? 'signing in…' : account.email}
                </span>
              </button>
            );
          })}
          {current && (
            <button type="button" className="quiet" onClick={onSignOut}>
              Sign out
            </button>
          )}
        </nav>
      )}
      {problem && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </header>
  );
}

function Examples({
  examples,
  accounts,
  current,
}: Pick<StripProps, 'examples' | 'accounts' | 'current'>) {
  const { addTab, changeTab } = useGraphiQLActions();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const tabs = useGraphiQL((state) => state.tabs);
  const active = useGraphiQL((state) => state.activeTabIndex);
  const [opening, setOpening] = useState<{ example: Example; tabs: number } | null>(null);

  // The editors show the new tab one rendering after it was added.
  useEffect(() => {
    if (!opening || opening.tabs === tabs.length) return;
    const { query, variables } = tabOf(opening.example);
    queryEditor?.setValue(query);
    variableEditor?.setValue(variables ?? '');
    setOpening(null);
  }, [opening, tabs, queryEditor, variableEditor]);

  // The bar of tabs scrolls: the active one is to be seen, also when a longer name makes it wider.
  const title = tabs[active]?.title;
  useEffect(() => {
    document
      .querySelector('.graphiql-tab-active')
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active, tabs.length, title]);

  const shown = opening ? undefined : exampleIn(tabs[active], examples);
  const note = noteOn(shown, accounts, current?.email);

  if (examples.length === 0) return null;
  return (
    <>
      <select
        className="examples"
        aria-label="Examples"
        value=""
        onChange={(event) => {
          const example = examples[Number(event.target.value)];
          if (!example) return;
          const open = openTabOf(example, tabs);
          if (open !== null) {
            changeTab(open);
            return;
          }
          setOpening({ example, tabs: tabs.length });
          addTab();
        }}
      >
        <option value="">Examples…</option>
        {examples.map((example, i) => (
          <option key={example.title} value={i}>
            {[example.title, wantedBy(example, accounts)].filter(Boolean).join(' — ')}
          </option>
        ))}
      </select>
      {note && (
        <p className="wanted" role="status">
          {note}
        </p>
      )}
    </>
  );
}

/** Whether the graph answers: its schema was loaded. */
function Connection() {
  const schema = useGraphiQL((state) => state.schema);
  const loading = useGraphiQL((state) => state.isIntrospecting);
  const state = schema ? 'live' : loading ? 'loading' : 'away';
  const says = { live: 'connected', loading: 'loading the schema', away: 'no schema' }[state];
  return <span className={`connection ${state}`} role="status" aria-label={says} title={says} />;
}

function Emblem() {
  return (
    <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#2f5d50" />
      <path
        d="M7 12 16 7l9 5v2H7zm2 4h3v7H9zm5.5 0h3v7h-3zM20 16h3v7h-3zM7 24h18v2H7z"
        fill="#fff"
      />
    </svg>
  );
}
