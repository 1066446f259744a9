import { createHash, timingSafeEqual } from 'node:crypto';
import { secretSetting } from '../secrets.js';

/** Who may read `/metrics`: who shows the token. Without a token everybody may, in production nobody. */
export interface MetricsAccess {
  readonly token: string | null;
  readonly isProduction: boolean;
}

/** The setting METRICS_TOKEN: what a collector sends as `Authorization: Bearer …`. */
export const metricsToken = secretSetting('what collectors of metrics show').optional();

/** @param authorization the header as it came */
export function mayReadMetrics(
  authorization: string | undefined,
  { token, isProduction }: MetricsAccess,
): boolean {
  if (token === null) return !isProduction;
  return timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token}`));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
