import { describe, expect, it } from '@jest/globals';
import { GraphQLError } from 'graphql';
import * as errors from './errors.js';

describe('error codes', () => {
  it('are these: clients branch on them, so none is renamed or removed', () => {
    expect(Object.keys(errors.ERROR_CODES)).toEqual([
      'BAD_USER_INPUT',
      'UNAUTHENTICATED',
      'INVALID_CREDENTIALS',
      'INVALID_REFRESH_TOKEN',
      'PERMISSION_DENIED',
      'NOT_FOUND',
      'CONFLICT',
      'RATE_LIMITED',
      'IDEMPOTENCY_CONFLICT',
      'IDEMPOTENCY_IN_PROGRESS',
      'IDEMPOTENCY_ANSWER_LOST',
      'PAYMENT_FAILED',
      'SERVICE_UNAVAILABLE',
      'INTERNAL_SERVER_ERROR',
    ]);
  });

  it('come with the details that clients are promised', () => {
    const made = [
      errors.badInput(['input', 'email'], 'TOO_SHORT', 'Too short.'),
      errors.unauthenticated(),
      errors.permissionDenied('course:edit'),
      errors.notFound('Course'),
      errors.conflict('SLUG_TAKEN', 'Taken.', { slug: 'a' }),
      errors.rateLimited(30),
      errors.idempotencyConflict(),
      errors.idempotencyInProgress(7),
      errors.idempotencyAnswerLost(),
    ];
    expect(made.map((error) => error.toJSON().extensions)).toEqual([
      { code: 'BAD_USER_INPUT', path: ['input', 'email'], reason: 'TOO_SHORT' },
      { code: 'UNAUTHENTICATED' },
      { code: 'PERMISSION_DENIED', permission: 'course:edit' },
      { code: 'NOT_FOUND', what: 'Course' },
      { code: 'CONFLICT', reason: 'SLUG_TAKEN', slug: 'a' },
      { code: 'RATE_LIMITED', retryAfterSeconds: 30 },
      { code: 'IDEMPOTENCY_CONFLICT' },
      { code: 'IDEMPOTENCY_IN_PROGRESS', retryAfterSeconds: 7 },
      { code: 'IDEMPOTENCY_ANSWER_LOST' },
    ]);
    for (const error of made) expect(error).toBeInstanceOf(GraphQLError);
  });

  it('cannot be overwritten by details', () => {
    const error = new errors.LyceumError('CONFLICT', 'No.', { code: 'NOT_FOUND' });
    expect(error.extensions['code']).toBe('CONFLICT');
  });
});
