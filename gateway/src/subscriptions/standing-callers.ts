import type { Caller } from '../pipeline/bearer.js';
import type { Revocations, RevocationReason } from '../viewer/revocations.js';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Why someone with an open connection may no longer be answered. */
export type Ending = 'TOKEN_EXPIRED' | RevocationReason;

/** Someone whose connection stays open, for as long as the access token may be believed. */
export interface StandingCaller {
  readonly caller: Caller;
  /** Goes on with another token of the same person. */
  renew(caller: Caller): void;
  /** The connection has gone. */
  leave(): void;
}

/** Keeps an eye on those with open connections, by whichever transport. */
export interface StandingCallers {
  /** @param onEnd called once, when the token expires, its session ends or one of its roles is lost */
  watch(caller: Caller, onEnd: (ending: Ending) => void): StandingCaller;
}

export function createStandingCallers(
  revocations: Pick<Revocations, 'reason' | 'onRevoked'>,
): StandingCallers {
  const checks = new Set<() => void>();
  revocations.onRevoked(() => {
    for (const check of checks) check();
  });

  return {
    watch(first, onEnd) {
      let caller = first;
      let expiry: NodeJS.Timeout | undefined;

      function leave(): void {
        clearTimeout(expiry);
        checks.delete(check);
      }

      function end(ending: Ending): void {
        if (!checks.has(check)) return;
        leave();
        onEnd(ending);
      }

      function check(): void {
        const { viewer } = caller;
        const reason = viewer.kind === 'person' ? revocations.reason(viewer) : null;
        if (reason) end(reason);
      }

      function begin(): void {
        clearTimeout(expiry);
        const { expiresAt } = caller;
        if (expiresAt) {
          const ms = Math.min(expiresAt.getTime() - Date.now(), LONGEST_TIMER_MS);
          expiry = setTimeout(() => end('TOKEN_EXPIRED'), Math.max(0, ms)).unref();
        }
        check();
      }

      checks.add(check);
      begin();
      return {
        get caller() {
          return caller;
        },
        renew(next) {
          if (!checks.has(check)) return;
          caller = next;
          begin();
        },
        leave,
      };
    },
  };
}
