import { GraphQLError } from 'graphql';
import { badRequest, type Client, type OperationRequest } from '../pipeline/operation-request.js';
import { createAutomaticPersistedQueries } from './automatic.js';
import { sha256, type ManifestOperation } from './manifest.js';
import type { ManifestSet } from './manifest-set.js';

/** Whether operations are served that no manifest lists. */
export type OperationsMode = 'open' | 'first-party-only';

/** The text that a request means. */
export interface FoundText {
  readonly text: string;
  /** What a manifest lists; null for other operations. */
  readonly listed: ManifestOperation | null;
  /** The client sent an id instead of the text. */
  readonly byId: boolean;
}

/** The first stage of the pipeline: which operation is it, and is it served at all? */
export interface PersistedOperations {
  /** @throws GraphQLError with one of the codes PERSISTED_QUERY_…, OPERATION_NOT_ALLOWED, BAD_REQUEST */
  find(request: OperationRequest, client: Client): FoundText;
}

export function createPersistedOperations(options: {
  manifests: { readonly current: ManifestSet };
  mode: OperationsMode;
  /** Whether clients may register texts by their hash. */
  automatic: boolean;
}): PersistedOperations {
  const { manifests, mode } = options;
  const automatic = options.automatic && mode === 'open' ? createAutomaticPersistedQueries() : null;

  function findById(id: string, client: Client): FoundText {
    const listed = manifests.current.byId(id, client);
    if (listed) return { text: listed.body, listed, byId: true };
    const text = automatic?.find(id);
    if (text === undefined) throw notFound();
    return { text, listed: null, byId: true };
  }

  return {
    find(request, client) {
      const id = idOf(request);
      const { query } = request;
      if (!query) {
        if (id === null) throw badRequest('There is neither a "query" nor an id of one.');
        return findById(id, client);
      }
      const listed = manifests.current.byText(query, client) ?? null;
      if (id !== null && id !== listed?.id && id !== sha256(query)) throw mismatch();
      if (listed) return { text: listed.body, listed, byId: false };
      if (mode !== 'open') throw notAllowed();
      if (id !== null) {
        if (!automatic) throw notSupported();
        automatic.register(id, query);
      }
      return { text: query, listed: null, byId: false };
    },
  };
}

const HASH = /^[0-9a-f]{64}$/;
const PREFIX = 'sha256:';

/** The id by Apollo's extension, or by the member `documentId` of GraphQL over HTTP; null for none. */
function idOf({ extensions, documentId }: OperationRequest): string | null {
  if (documentId !== undefined) {
    const id = documentId.startsWith(PREFIX) ? documentId.slice(PREFIX.length) : documentId;
    if (!HASH.test(id)) throw badRequest(`"documentId" is ${PREFIX} and 64 hexadecimal digits.`);
    return id;
  }
  const extension = extensions?.['persistedQuery'];
  if (extension == null) return null;
  const { version, sha256Hash } = extension as { version?: unknown; sha256Hash?: unknown };
  if (version !== 1) throw badRequest('Persisted queries have version 1.');
  if (typeof sha256Hash !== 'string' || !HASH.test(sha256Hash)) {
    throw badRequest('"sha256Hash" is 64 hexadecimal digits.');
  }
  return sha256Hash;
}

/** The messages of the first two are what Apollo's clients look for. */
function notFound(): GraphQLError {
  return refusal('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound');
}

function notSupported(): GraphQLError {
  return refusal('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
}

function mismatch(): GraphQLError {
  return refusal('PERSISTED_QUERY_HASH_MISMATCH', 'The hash is not the one of the query.');
}

function notAllowed(): GraphQLError {
  return refusal(
    'OPERATION_NOT_ALLOWED',
    'Only operations that are listed in a manifest are served here.',
  );
}

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
