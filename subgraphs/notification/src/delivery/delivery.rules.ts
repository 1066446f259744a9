/** How often an e-mail is tried before it is given up. */
export const MAX_TRIES = 8;

const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 3_600_000;

/** How long to wait after the given number of tries: 10 s, doubling, at most an hour. */
export function retryDelayMs(tries: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** Math.max(tries - 1, 0), LONGEST_DELAY_MS);
}

/** What a mail server or the way to it said. */
export interface MailFailure {
  /** Nodemailer's code, such as `EENVELOPE`. */
  readonly code?: unknown;
  /** SMTP's three digits. */
  readonly responseCode?: unknown;
}

/**
 * Whether trying again is of no use: the server refuses this recipient or this message for good
 * (SMTP 5xx). A refused login or a broken connection is the platform's trouble, and may be mended.
 */
export function isPermanent({ code, responseCode }: MailFailure): boolean {
  const aboutThisMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  return aboutThisMail && typeof responseCode === 'number' && responseCode >= 500;
}

/** What is kept of a failure: codes alone, as servers quote addresses in their texts. */
export function failureCode({ code, responseCode }: MailFailure): string {
  const parts = [code, responseCode].filter(
    (part) => typeof part === 'number' || (typeof part === 'string' && /^\w{1,40}$/.test(part)),
  );
  return parts.join(' ') || 'UNKNOWN';
}

/** Whether something is an address that a mail can be sent to: one, and nothing else. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s@<>(),;:"\\\p{Cc}]+@[^\s@<>(),;:"\\\p{Cc}]+$/u.test(text);
}
