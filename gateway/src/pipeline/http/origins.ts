/** Which pages may call, by the origin their browser names. */
export interface Origins {
  /** As in `Access-Control-Allow-Origin`; null when it may not. */
  forSharing(origin: string): string | null;
  /** @param host of the request: pages of the gateway's own origin may always call */
  mayConnect(origin: string, host: string | undefined): boolean;
}

/** @param listed origins, or `*` for all */
export function createOrigins(listed: readonly string[], publicUrl: string | null): Origins {
  const isOpen = listed.includes('*');
  const own = publicUrl ? new URL(publicUrl).origin : null;
  return {
    forSharing(origin) {
      if (isOpen) return '*';
      return listed.includes(origin) ? origin : null;
    },
    mayConnect(origin, host) {
      if (isOpen || origin === own || listed.includes(origin)) return true;
      return host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
    },
  };
}
