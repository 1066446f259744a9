import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '@lyceum/platform/project-path';

/** Where the built explorer is; null when it has not been built. */
export function explorerDirectory(): string | null {
  const directory = projectPath('dist', 'explorer');
  return existsSync(join(directory, 'index.html')) ? directory : null;
}
