import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import type { Idempotency } from '../subgraph.js';
import type { Viewer } from '../viewer.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What a client's key stands for in the database, where neither it nor the input may be read. */
export interface KeyedSecrets {
  /** Names the record: different for every person, organization, key and part of an operation. */
  readonly recordId: string;
  /** Compares inputs. Made with the key, so that a password in the input cannot be guessed from it. */
  readonly fingerprint: string;
  seal(answer: string): Buffer;
  /** @throws Error when it was sealed under another key or has been changed */
  open(sealed: Uint8Array): string;
}

/**
 * Derives everything from the client's key, which is stored nowhere: whoever reads the database
 * without it reads nothing. That takes keys which cannot be guessed, such as random UUIDs.
 */
export function keyedSecrets(
  viewer: Viewer,
  { key, fingerprint, part }: Idempotency,
): KeyedSecrets {
  const who = viewer.kind === 'person' ? [viewer.userId, viewer.organizationId] : [null, null];
  const recordId = createHash('sha256')
    .update(JSON.stringify([...who, key, part]))
    .digest('base64url');
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', key, recordId, `lyceum idempotency ${purpose}`, 32));
  let answerKey: Buffer | null = null;
  const keyOfAnswer = (): Buffer => (answerKey ??= derive('answer'));
  return {
    recordId,
    fingerprint: createHmac('sha256', derive('input')).update(fingerprint).digest('base64url'),
    seal(answer) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyOfAnswer(), nonce);
      const sealed = Buffer.concat([cipher.update(answer, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open(sealed) {
      const nonce = sealed.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', keyOfAnswer(), nonce, {
        authTagLength: TAG_BYTES,
      });
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const encrypted = sealed.subarray(NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(encrypted), decipher.final()]).toString('utf8');
    },
  };
}
