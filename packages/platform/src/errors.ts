import { GraphQLError } from 'graphql';

/**
 * Every error code a client can meet, with the HTTP-like meaning. Codes are stable: renaming or
 * removing one breaks clients (a test pins them).
 */
export const ERROR_CODES = {
  BAD_USER_INPUT: 'A value is not acceptable; extensions.path says which, extensions.reason why.',
  UNAUTHENTICATED: 'Sign in first: there is no access token, or it is not valid (any more).',
  INVALID_CREDENTIALS: 'E-mail address or password is wrong (it is not said which).',
  INVALID_REFRESH_TOKEN: 'The refresh token is unknown, expired or spent: sign in again.',
  PERMISSION_DENIED:
    'You may see this, but not do that; extensions.permission names what it takes, or extensions.reason is ROLE_REQUIRED: you hold no role in your organization.',
  NOT_FOUND: 'It does not exist, or not for you.',
  CONFLICT: 'It would contradict what is there; extensions.reason says how.',
  RATE_LIMITED: 'Too many tries; extensions.retryAfterSeconds says when to try again.',
  IDEMPOTENCY_CONFLICT: 'The idempotency key was used before, with another input: use a new one.',
  IDEMPOTENCY_IN_PROGRESS:
    'The first request with this key is still running; extensions.retryAfterSeconds says when to try again.',
  IDEMPOTENCY_ANSWER_LOST:
    'The mutation took effect, but its answer was lost in a crash: read what there is now.',
  PAYMENT_FAILED: 'The payment provider refused or could not be reached.',
  SERVICE_UNAVAILABLE: 'A part of the platform does not answer at the moment; try again.',
  INTERNAL_SERVER_ERROR: 'A fault of ours; quote extensions.correlationId when reporting it.',
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

/** A refusal meant for the client, as opposed to a bug. */
export class LyceumError extends GraphQLError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, extensions: Record<string, unknown> = {}) {
    super(message, { extensions: { ...extensions, code } });
    this.code = code;
  }
}

/**
 * @param path of the value within the arguments, such as `['input', 'email']`
 * @param reason short and stable, such as `TOO_SHORT`
 */
export function badInput(path: readonly (string | number)[], reason: string, message: string) {
  return new LyceumError('BAD_USER_INPUT', message, { path: [...path], reason });
}

export function unauthenticated(message = 'Sign in first.') {
  return new LyceumError('UNAUTHENTICATED', message);
}

/** @param hint what to do instead; a sentence */
export function permissionDenied(permission: string, hint?: string) {
  const message = [`This takes the permission ${permission}.`, hint].filter(Boolean).join(' ');
  return new LyceumError('PERMISSION_DENIED', message, { permission });
}

/** For people without any role in their organization. */
export function roleRequired() {
  return new LyceumError(
    'PERMISSION_DENIED',
    'You hold no role in this organization. Ask an administrator to assign one.',
    { reason: 'ROLE_REQUIRED' },
  );
}

/** @param what the type's name, such as `Course` */
export function notFound(what: string) {
  return new LyceumError('NOT_FOUND', `${what} not found.`, { what });
}

/** @param reason short and stable, such as `SLUG_TAKEN` */
export function conflict(
  reason: string,
  message: string,
  extensions: Record<string, unknown> = {},
) {
  return new LyceumError('CONFLICT', message, { ...extensions, reason });
}

export function rateLimited(retryAfterSeconds: number) {
  return new LyceumError('RATE_LIMITED', 'Too many tries. Wait a little.', { retryAfterSeconds });
}

export function idempotencyConflict() {
  return new LyceumError(
    'IDEMPOTENCY_CONFLICT',
    'This idempotency key was used before, with another input. Use a new one.',
  );
}

export function idempotencyInProgress(retryAfterSeconds: number) {
  return new LyceumError(
    'IDEMPOTENCY_IN_PROGRESS',
    'The first request with this idempotency key is still running. Ask again a little later.',
    { retryAfterSeconds },
  );
}

export function idempotencyAnswerLost() {
  return new LyceumError(
    'IDEMPOTENCY_ANSWER_LOST',
    'This mutation took effect, but its answer was lost. Read what there is now.',
  );
}
