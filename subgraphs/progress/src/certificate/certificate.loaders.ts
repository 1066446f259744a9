import type { RequestContext } from '@lyceum/platform/context';
import type { Database } from '@lyceum/platform/database';
import { isId } from '@lyceum/platform/ids';
import { requireSignedIn } from '@lyceum/platform/permissions';
import type { Certificate, PrismaClient } from '../../generated/prisma/client.js';
import { maySee } from '../course-progress/course-progress.rows.js';

export class CertificateLoaders {
  constructor(private readonly database: Database<PrismaClient>) {}

  readonly byId = async (
    ids: readonly string[],
    context: RequestContext,
  ): Promise<(Certificate | null)[]> => {
    const rows = await this.#visible(context, { id: { in: ids.filter(isId) } });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  };

  readonly byEnrollment = async (
    enrollmentIds: readonly string[],
    context: RequestContext,
  ): Promise<(Certificate | null)[]> => {
    const rows = await this.#visible(context, { enrollmentId: { in: [...enrollmentIds] } });
    const byEnrollment = new Map(rows.map((row) => [row.enrollmentId, row]));
    return enrollmentIds.map((id) => byEnrollment.get(id) ?? null);
  };

  /** Newest first. Of others, those in courses that the viewer has insights into. */
  readonly byLearner = async (
    learnerIds: readonly string[],
    context: RequestContext,
  ): Promise<Certificate[][]> => {
    const rows = await this.#visible(context, { learnerId: { in: learnerIds.filter(isId) } });
    return learnerIds.map((id) => rows.filter((row) => row.learnerId === id));
  };

  async #visible(
    context: RequestContext,
    where: Record<string, { in: string[] }>,
  ): Promise<Certificate[]> {
    const viewer = requireSignedIn(context.viewer);
    const rows = await this.database
      .of(viewer)
      .certificate.findMany({ where, orderBy: [{ issuedAt: 'desc' }, { id: 'desc' }] });
    return rows.filter((row) => maySee(viewer, row));
  }
}
