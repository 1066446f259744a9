import { argon2id, hash, needsRehash, verify, type Options } from 'argon2';
import { LyceumError } from '@lyceum/platform/errors';
import { normalizePassword } from './password.rules.js';

export interface PasswordHashing {
  memoryKib: number;
  iterations: number;
  /** How many hashes are computed at a time. */
  concurrency: number;
}

/** More than this waiting means seconds of delay: better to say so. */
const MOST_WAITING = 500;

/**
 * Hashes passwords with argon2id. The work is done on libuv's threads, and only a few at a time: a
 * wave of logins must neither take all processors nor keep file and DNS work waiting.
 */
export class Passwords {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #options: Options & { raw?: false };
  #decoy: Promise<string> | undefined;

  constructor(private readonly settings: PasswordHashing) {
    this.#options = {
      type: argon2id,
      memoryCost: settings.memoryKib,
      timeCost: settings.iterations,
      parallelism: 1,
    };
  }

  async hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(normalizePassword(password), this.#options));
  }

  /**
   * Checks a password. Without a hash – there is no such account – it does the same work for
   * nothing, so that time does not tell whether the account exists.
   */
  async matches(storedHash: string | null, password: string): Promise<boolean> {
    const against = storedHash ?? (await this.prepare());
    const equal = await this.#inTurn(() => verify(against, normalizePassword(password)));
    return equal && storedHash !== null;
  }

  /** Whether a hash was made with other parameters than hashes are made with today. */
  isOutdated(storedHash: string): boolean {
    return needsRehash(storedHash, this.#options);
  }

  /** Makes the hash that unknown accounts are checked against; at start, so that no login waits for it. */
  prepare(): Promise<string> {
    this.#decoy ??= this.hash('nobody signs in with this one');
    return this.#decoy;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.settings.concurrency) {
      if (this.#waiting.length >= MOST_WAITING) {
        throw new LyceumError('SERVICE_UNAVAILABLE', 'Too many people are signing in right now.');
      }
      // Whoever finishes hands over its place, so `running` stays as it is.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}
