import { useState, useSyncExternalStore } from 'react';
import type { Live, LiveSubscription } from './live.js';

/** What arrives on open subscriptions, newest first. */
export function LivePanel({ live }: { live: Live }) {
  const subscriptions = useSyncExternalStore(live.listen, live.list);
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = subscriptions.find(({ id }) => id === chosen) ?? subscriptions.at(-1);
  if (!shown) return null;
  return (
    <section className="live-panel" aria-label="Live subscriptions">
      <nav>
        {subscriptions.map((subscription) => (
          <Tab
            key={subscription.id}
            subscription={subscription}
            isShown={subscription.id === shown.id}
            onShow={() => setChosen(subscription.id)}
            onClose={() => live.close(subscription.id)}
          />
        ))}
      </nav>
      <ol aria-live="polite">
        {shown.events.map((event) => (
          <li key={event.id}>
            <time dateTime={event.at.toISOString()}>{event.at.toLocaleTimeString()}</time>
            <pre>{JSON.stringify(contentOf(event.payload), null, 2)}</pre>
          </li>
        ))}
        {shown.events.length === 0 && (
          <li className="waiting">
            {shown.state === 'open' ? 'Listening. Make something happen.' : 'It has ended.'}
          </li>
        )}
      </ol>
    </section>
  );
}

function Tab(props: {
  subscription: LiveSubscription;
  isShown: boolean;
  onShow(): void;
  onClose(): void;
}) {
  const { subscription, isShown, onShow, onClose } = props;
  return (
    <span className={isShown ? 'tab shown' : 'tab'}>
      <button type="button" onClick={onShow} aria-pressed={isShown}>
        <span className={`pulse ${subscription.state}`} />
        <strong>{subscription.title}</strong>
        <small>{subscription.who.split('@')[0]}</small>
        <output key={subscription.count}>{subscription.count}</output>
      </button>
      <button type="button" onClick={onClose} aria-label={`Close ${subscription.title}`}>
        ×
      </button>
    </span>
  );
}

/** The data itself where there is nothing else. */
function contentOf(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null) return payload;
  return 'data' in payload && !('errors' in payload) ? payload.data : payload;
}
