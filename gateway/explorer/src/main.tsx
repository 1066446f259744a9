import './workers.js';
import 'graphiql/style.css';
import './explorer.css';
import { GraphiQL } from 'graphiql';
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createFetcher } from './fetcher.js';
import { LivePanel } from './live-panel.jsx';
import { Live } from './live.js';
import { offers, type DemoAccount, type Example } from './offers.js';
import { forgetTabsOfAnotherSample } from './remembered-tabs.js';
import { Session } from './session.js';
import { Strip } from './strip.jsx';
import { firstTabs } from './tabs.js';

const WELCOME = `# Welcome to Lyceum.
#
# Run an operation with the button on the right, or Ctrl-Enter. What you
# can ask is in the documentation, behind the book on the left.

query WhoAmI {
  me {
    id
  }
}
`;
const REMEMBERED = 'lyceum:explorer:email';

function Explorer(props: { accounts: DemoAccount[]; examples: Example[] }) {
  const { accounts, examples } = props;
  const [signedIn, setSignedIn] = useState<DemoAccount | null>(null);
  const [signingIn, setSigningIn] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const session = useRef<Session | null>(null);
  const [{ live, fetcher }] = useState(() => {
    const made = new Live();
    const lookups = examples.flatMap((example) => example.lookups ?? []);
    return { live: made, fetcher: createFetcher(() => session.current, made, lookups) };
  });

  function become(next: Session | null): void {
    session.current = next;
    setSignedIn(next?.account ?? null);
    if (next) sessionStorage.setItem(REMEMBERED, next.account.email);
    else sessionStorage.removeItem(REMEMBERED);
  }

  async function signIn(account: DemoAccount): Promise<void> {
    setSigningIn(account.email);
    setProblem(null);
    try {
      become(await Session.signIn(account));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setSigningIn(null);
    }
  }

  // Once, when the page was opened again.
  useEffect(() => {
    const email = sessionStorage.getItem(REMEMBERED);
    const account = accounts.find((candidate) => candidate.email === email);
    if (account) void signIn(account);
  }, []);

  return (
    <GraphiQL
      fetcher={fetcher}
      defaultQuery={WELCOME}
      defaultTabs={firstTabs(examples)}
      inputValueDeprecation
    >
      <GraphiQL.Logo>
        <Strip
          accounts={accounts}
          examples={examples}
          current={signedIn}
          signingIn={signingIn}
          problem={problem}
          onSignIn={(account) => void signIn(account)}
          onSignOut={() => become(null)}
        />
      </GraphiQL.Logo>
      <GraphiQL.Footer>
        <LivePanel live={live} />
      </GraphiQL.Footer>
    </GraphiQL>
  );
}

const root = document.getElementById('explorer');
void offers().then(({ accounts, examples }) => {
  forgetTabsOfAnotherSample(localStorage, examples);
  if (root) createRoot(root).render(<Explorer accounts={accounts} examples={examples} />);
});
