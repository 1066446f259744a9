export const LIMITS = {
  /** Bytes of a message on a socket. */
  bodyBytes: 1024 * 1024,
  /** Operations open at a time on one socket. */
  operationsPerSocket: 100,
} as const;
