import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { projectPath } from '@lyceum/platform/project-path';
import { build, type BuildOptions } from 'esbuild';
import { bundling } from '../../scripts/build.mjs';

const PROBE = 'child/probe';

export interface Bundled {
  script(name: string): string;
  /** To be loaded into a child before its own program. */
  readonly probe: string;
}

/**
 * Bundles programs of this folder as `npm run build` bundles those of the platform.
 * @param sources relative to bench/, without `.ts`
 */
export async function bundle(name: string, sources: readonly string[]): Promise<Bundled> {
  const outdir = projectPath('bench', 'dist', name);
  await rm(outdir, { recursive: true, force: true });
  const entries = [...sources, PROBE];
  await build({
    ...(bundling() as BuildOptions),
    outdir,
    entryPoints: Object.fromEntries(
      entries.map((source) => [source, projectPath('bench', `${source}.ts`)]),
    ),
  });
  const script = (source: string): string => join(outdir, `${source}.js`);
  return { script, probe: script(PROBE) };
}
