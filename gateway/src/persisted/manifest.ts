import { createHash } from 'node:crypto';
import { GraphQLError, Kind, parse, print, type DocumentNode } from 'graphql';
import { z } from 'zod';

/** One operation that a program may send by its id. */
export interface ManifestOperation {
  /** SHA-256 of the body, in hexadecimal digits. */
  readonly id: string;
  readonly body: string;
  readonly name: string;
  readonly type: 'query' | 'mutation' | 'subscription';
}

/** The operations of one client, as its build listed them. */
export interface Manifest {
  readonly client: string;
  /** Null: of all versions of the client. */
  readonly version: string | null;
  readonly operations: readonly ManifestOperation[];
}

/** What is wrong with a manifest, for the person who made it. */
export class ManifestError extends Error {}

const FILE_NAME = /^([A-Za-z0-9][\w.+-]{0,99}?)(?:@([\w.+-]{1,100}))?\.json$/;

/** Apollo's format, version 1. What else a file says is refused: it was meant to have an effect. */
const format = z.strictObject({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(
    z.strictObject({
      id: z.string(),
      body: z.string().min(1),
      name: z.string().min(1),
      type: z.enum(['query', 'mutation', 'subscription']),
    }),
  ),
});

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * @param fileName `<client>.json` or `<client>@<version>.json`
 * @throws ManifestError saying which operation is wrong, and how
 */
export function readManifest(fileName: string, text: string): Manifest {
  const [, client, version = null] = FILE_NAME.exec(fileName) ?? [];
  if (client === undefined) {
    throw new ManifestError(`${fileName}: the name is <client>.json or <client>@<version>.json`);
  }
  const parsed = format.safeParse(jsonOf(fileName, text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') || 'the file';
    throw new ManifestError(`${fileName}: ${place}: ${issue?.message}`);
  }
  const { operations } = parsed.data;
  const ids = new Set<string>();
  for (const operation of operations) {
    const problem = ids.has(operation.id) ? 'it is listed twice' : problemOf(operation);
    if (problem) throw new ManifestError(`${fileName}: operation ${operation.name}: ${problem}`);
    ids.add(operation.id);
  }
  return { client, version, operations };
}

function jsonOf(fileName: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ManifestError(`${fileName}: it is not JSON`);
  }
}

function problemOf({ id, body, name, type }: ManifestOperation): string | null {
  if (id !== sha256(body)) return `its id is not the SHA-256 of its body, ${sha256(body)}`;
  let document: DocumentNode;
  try {
    document = parse(body, { noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return error.message;
    throw error;
  }
  const [definition, ...others] = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (!definition || others.length > 0) return 'its body is not exactly one operation';
  if (definition.name?.value !== name) return 'its body has another name';
  const kind: string = definition.operation;
  return kind === type ? null : `its body is a ${kind}`;
}

/**
 * The texts by which clients send the operation in full: the body, and the same with the operation
 * before its fragments, as people write it. (Apollo's tool sorts definitions for the body alone.)
 */
export function textsOf({ body }: ManifestOperation): readonly string[] {
  const { definitions } = parse(body, { noLocation: true });
  if (definitions.length === 1) return [body];
  const isOperation = (kind: Kind): boolean => kind === Kind.OPERATION_DEFINITION;
  const asWritten = [
    ...definitions.filter(({ kind }) => isOperation(kind)),
    ...definitions.filter(({ kind }) => !isOperation(kind)),
  ];
  return [body, print({ kind: Kind.DOCUMENT, definitions: asWritten })];
}
