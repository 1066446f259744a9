import { createHash } from 'node:crypto';
import { badInput } from '@lyceum/platform/errors';
import { OperationTypeNode } from 'graphql';
import type { OperationRequest } from './operation-request.js';

/** Visible ASCII: what every transport carries unchanged. */
const KEY = /^[\x21-\x7e]{1,200}$/;
const IN_PAYLOAD = ['extensions', 'idempotencyKey'];
const IN_HEADER = ['Idempotency-Key'];

/**
 * The key under which a mutation is to run once: `extensions.idempotencyKey`, or over HTTP the
 * header; undefined when there is none, and for what is no mutation.
 * @param header of the HTTP request; `isBatch` when it carries several operations
 * @throws BAD_USER_INPUT
 */
export function idempotencyKeyOf(
  kind: OperationTypeNode,
  { extensions }: OperationRequest,
  header?: { value: string | string[] | undefined; isBatch: boolean },
): string | undefined {
  if (kind !== OperationTypeNode.MUTATION) return undefined;
  const inPayload = extensions?.['idempotencyKey'] ?? undefined;
  const inHeader = header?.value;
  if (inPayload === undefined && inHeader === undefined) return undefined;
  if (inHeader === undefined) return checked(inPayload, IN_PAYLOAD);
  if (header?.isBatch) {
    throw badInput(IN_HEADER, 'BATCH', 'In a batch, each mutation has a key in its extensions.');
  }
  if (inPayload !== undefined && inPayload !== inHeader) {
    throw badInput(IN_HEADER, 'TWO_KEYS', 'The header and the extensions give different keys.');
  }
  return checked(inHeader, IN_HEADER);
}

function checked(key: unknown, path: readonly string[]): string {
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw badInput(path, 'NO_KEY', 'A key has 1 to 200 visible ASCII characters.');
}

/**
 * The same for the same operation with the same variables, in whatever order their fields come.
 * @param operation of one text and name
 */
export function fingerprintOf(
  operation: { readonly key: string },
  variables: Readonly<Record<string, unknown>>,
): string {
  return createHash('sha256')
    .update(JSON.stringify([operation.key, variables], inOrder))
    .digest('hex');
}

function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
  );
}
