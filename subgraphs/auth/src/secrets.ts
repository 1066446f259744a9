import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  type BinaryLike,
} from 'node:crypto';

/** What a key made from AUTH_SECRET is for; each purpose has a key of its own. */
export type SecretPurpose = 'signing keys' | 'refresh tokens' | 'networks' | 'throttle';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Everything that is done with AUTH_SECRET. The secret itself is never a key. */
export class Secrets {
  readonly #keys = new Map<SecretPurpose, Buffer>();

  constructor(private readonly secret: string) {}

  /** HMAC-SHA-256. */
  mac(purpose: SecretPurpose, ...parts: readonly BinaryLike[]): Buffer {
    const mac = createHmac('sha256', this.#key(purpose));
    for (const part of parts) mac.update(part);
    return mac.digest();
  }

  /**
   * Encrypts with AES-256-GCM.
   * @param label what the bytes belong to; needed again for opening, so they cannot be moved elsewhere
   */
  seal(purpose: SecretPurpose, plain: Uint8Array, label: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key(purpose), nonce);
    cipher.setAAD(Buffer.from(label));
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** @throws Error when it was sealed with another secret, for something else, or was changed */
  open(purpose: SecretPurpose, sealed: Uint8Array, label: string): Buffer {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.#key(purpose), nonce);
    decipher.setAAD(Buffer.from(label));
    decipher.setAuthTag(tag);
    const encrypted = sealed.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(encrypted), decipher.final()]);
  }

  #key(purpose: SecretPurpose): Buffer {
    const known = this.#keys.get(purpose);
    if (known) return known;
    const key = Buffer.from(hkdfSync('sha256', this.secret, 'lyceum auth', purpose, 32));
    this.#keys.set(purpose, key);
    return key;
  }
}
