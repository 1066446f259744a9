import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '@lyceum/platform/project-path';

/** Where the built explorer is (see gateway/explorer/build.mjs); null when it has not been built. */
export function explorerDirectory(): string | null {
  const places = [projectPath('dist', 'explorer'), projectPath('gateway', 'explorer', 'dist')];
  return places.find((directory) => existsSync(join(directory, 'index.html'))) ?? null;
}
