import type { Client } from '../pipeline/operation-request.js';
import { textsOf, type Manifest, type ManifestOperation } from './manifest.js';

/** The list that every client may use, whatever lists of its own it has. */
const SHARED = 'first-party';

interface Listed {
  readonly operation: ManifestOperation;
  readonly manifests: Manifest[];
}

/** All manifests that are served at one moment. */
export interface ManifestSet {
  readonly operations: readonly ManifestOperation[];
  /** Undefined as well when it is listed, but not for this client. */
  byId(id: string, client: Client): ManifestOperation | undefined;
  /** The operation that was sent in full. */
  byText(text: string, client: Client): ManifestOperation | undefined;
}

/**
 * Names and versions of clients are what they say of themselves: lists keep versions apart, they
 * do not keep anybody out. A client that says nothing finds the operations of all lists.
 */
export function manifestSet(manifests: readonly Manifest[]): ManifestSet {
  const byId = new Map<string, Listed>();
  const byText = new Map<string, Listed>();
  for (const manifest of manifests) {
    for (const operation of manifest.operations) {
      const known = byId.get(operation.id);
      if (known) {
        known.manifests.push(manifest);
        continue;
      }
      const listed: Listed = { operation, manifests: [manifest] };
      byId.set(operation.id, listed);
      for (const text of textsOf(operation)) byText.set(text, listed);
    }
  }

  const forClient = (listed: Listed | undefined, client: Client): ManifestOperation | undefined =>
    listed?.manifests.some((manifest) => isFor(manifest, client)) ? listed.operation : undefined;

  return {
    operations: [...byId.values()].map(({ operation }) => operation),
    byId: (id, client) => forClient(byId.get(id), client),
    byText: (text, client) => forClient(byText.get(text), client),
  };
}

function isFor(manifest: Manifest, client: Client): boolean {
  if (client.name === null) return true;
  if (manifest.client !== client.name && manifest.client !== SHARED) return false;
  return manifest.version === null || manifest.version === client.version;
}
