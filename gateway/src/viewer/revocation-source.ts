import type { Bus } from '@lyceum/platform/bus/bus';
import { newId } from '@lyceum/platform/ids';
import type { SubgraphConnection } from '@lyceum/platform/subgraph';
import { ANONYMOUS } from '@lyceum/platform/viewer';
import { z } from 'zod';

/** What auth knows to be revoked, for gateways that were not there to hear it. */
export interface RevocationSource {
  /** Whether events are heard now; they are lost to whoever does not. */
  readonly hearing: boolean;
  /**
   * @param lastSeconds of these alone; null for all that a token may outlive
   * @throws when auth does not answer
   */
  recent(lastSeconds: number | null): Promise<RecentRevocation[]>;
}

const RECENT = `query ($lastSeconds: Int) {
  recentRevocations(lastSeconds: $lastSeconds) { sessionId userId role scope scopeId secondsLeft }
}`;

const answer = z.array(
  z.object({
    sessionId: z.string().nullable(),
    userId: z.string(),
    role: z.string().nullable(),
    scope: z.string().nullable(),
    scopeId: z.string().nullable(),
    secondsLeft: z.number(),
  }),
);
export type RecentRevocation = z.infer<typeof answer>[number];

/** Asks auth itself: the field is hidden from the public graph, so no plan leads to it. */
export function createRevocationSource(
  auth: Pick<SubgraphConnection, 'execute'>,
  bus: Pick<Bus, 'healthy'>,
): RevocationSource {
  return {
    get hearing() {
      return bus.healthy;
    },
    async recent(lastSeconds) {
      const { data, errors } = await auth.execute({
        query: RECENT,
        variables: { lastSeconds },
        viewer: ANONYMOUS,
        correlationId: newId(),
      });
      if (errors?.length) throw new Error(`auth does not tell: ${errors[0]?.message}`);
      return answer.parse(data?.['recentRevocations']);
    },
  };
}
