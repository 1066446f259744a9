import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '@lyceum/platform/errors';
import { projectPath } from '@lyceum/platform/project-path';
import { REQUEST_CODES } from '../src/pipeline/public-errors.js';
import { CLOSE } from '../src/subscriptions/close-codes.js';
import { NOTICE_CODES } from '../src/subscriptions/notices.js';

describe('codes that the gateway alone gives', () => {
  it('are these: clients branch on them, so none is renamed or removed', () => {
    expect([...REQUEST_CODES, ...NOTICE_CODES].toSorted()).toEqual([
      'BAD_REQUEST',
      'GRAPHQL_PARSE_FAILED',
      'GRAPHQL_VALIDATION_FAILED',
      'METHOD_NOT_ALLOWED',
      'OPERATION_NOT_ALLOWED',
      'OPERATION_RESOLUTION_FAILURE',
      'OPERATION_TOO_EXPENSIVE',
      'OPERATION_TOO_LARGE',
      'PERSISTED_QUERY_HASH_MISMATCH',
      'PERSISTED_QUERY_NOT_FOUND',
      'PERSISTED_QUERY_NOT_SUPPORTED',
      'RESYNC_REQUIRED',
      'SCHEMA_CHANGED',
    ]);
  });

  it('stand in the README, with those of services and of closed sockets', async () => {
    const readme = await readFile(projectPath('gateway', 'README.md'), 'utf8');
    const codes = [...Object.keys(ERROR_CODES), ...REQUEST_CODES, ...NOTICE_CODES];
    expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
    const rows = readme.match(/^\| [14]\d{3}\b.*$/gm)?.join();
    const closes = Object.values(CLOSE).map(({ code }) => String(code));
    expect(closes.filter((code) => !rows?.includes(code))).toEqual([]);
  });
});
