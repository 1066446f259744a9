import DataLoader from 'dataloader';
import type { EventEnvelope } from '@lyceum/events/envelope';
import type { StopSignal } from './stop-signal.js';
import type { RoleAssignment, SignedIn, Viewer } from './viewer.js';

/** What a resolver knows of the request it works for. One object per request and subgraph. */
export class RequestContext {
  readonly #loaders = new Map<unknown, DataLoader<unknown, unknown>>();
  #viewer: Viewer;
  #became: SignedIn | null = null;

  constructor(
    viewer: Viewer,
    readonly correlationId: string,
    /** For the root field of a subscription: the event it is about. */
    readonly event: EventEnvelope | null = null,
    /** Where the request came from, for throttling; null when unknown. */
    readonly network: string | null = null,
    /** Aborted when nobody waits for the answer any more. None for a mutation, which always ends. */
    readonly signal: StopSignal | null = null,
  ) {
    this.#viewer = viewer;
  }

  get viewer(): Viewer {
    return this.#viewer;
  }

  /** What the viewer holds from now on in this request: for who has just made a course. */
  grant(assignment: RoleAssignment): void {
    if (this.#viewer.kind !== 'person') return;
    this.#viewer = { ...this.#viewer, roles: [...this.#viewer.roles, assignment] };
  }

  /** The person the rest of the operation runs as: for login and its like. Heard from auth alone. */
  become(person: SignedIn): void {
    this.#viewer = person;
    this.#became = person;
  }

  get became(): SignedIn | null {
    return this.#became;
  }

  /**
   * The request's DataLoader for `batch`, which must be the same function each time (it is the
   * key). Results are in the order of the keys, null where there is nothing.
   */
  loader<K, V>(
    batch: (keys: readonly K[], context: RequestContext) => Promise<readonly (V | Error)[]>,
  ): DataLoader<K, V> {
    const existing = this.#loaders.get(batch) as DataLoader<K, V> | undefined;
    if (existing) return existing;
    const created = new DataLoader<K, V>((keys) => batch(keys, this), { maxBatchSize: 1000 });
    this.#loaders.set(batch, created);
    return created;
  }
}
