import type { Database } from '@lyceum/platform/database';
import { settle } from '@lyceum/platform/settle';
import type { SignedIn } from '@lyceum/platform/viewer';
import { LRUCache } from 'lru-cache';
import type { PrismaClient } from '../../generated/prisma/client.js';

/**
 * Enrollments come from the course service by event. Who has just enrolled may be here before the
 * event: writes wait for it a moment. Enrollments that were seen once cost nothing.
 */
export class Arrivals {
  readonly #arrived = new LRUCache<string, true>({ max: 100_000 });

  constructor(private readonly database: Database<PrismaClient>) {}

  /** Resolves when the enrollments are here, or will not come. Says nothing of permission. */
  async waitFor(viewer: SignedIn, enrollmentIds: readonly string[]): Promise<void> {
    const unseen = enrollmentIds.filter((id) => !this.#arrived.has(id));
    if (unseen.length === 0) return;
    const found = await settle(unseen, async (missing) => {
      const rows = await this.database
        .of(viewer)
        .courseProgress.findMany({ where: { id: { in: [...missing] } }, select: { id: true } });
      return new Map(rows.map((row) => [row.id, true]));
    });
    for (const id of found.keys()) this.#arrived.set(id, true);
  }
}
