import { resolve } from 'node:path';
import {
  connectUsageStore,
  openUsageFolder,
  type UsageStore,
} from '@lyceum/gateway/usage/usage-store';
import { projectPath } from '@lyceum/platform/project-path';

/** What gateways recorded: in `REDIS_URL` when it is given, else in `USAGE_DIR` or LYCEUM_HOME. */
export function openUsage(): UsageStore {
  const url = process.env['REDIS_URL'];
  if (url) return connectUsageStore(url, () => undefined);
  const home = resolve(projectPath(), process.env['LYCEUM_HOME'] ?? '.lyceum');
  return openUsageFolder(process.env['USAGE_DIR'] || resolve(home, 'usage'));
}
