import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The file that marks the root of the project, in the repository as in the production image. */
const MARKER = 'supergraph.yaml';

let root: string | undefined;

/**
 * An absolute path inside the project. Code is run from sources, from bundles and by Jest, so where a
 * module lies says nothing: the root is `LYCEUM_ROOT`, or else the nearest folder holding
 * `supergraph.yaml` above the program that was started, or above the working directory.
 *
 * @throws Error when there is no such folder.
 */
export function projectPath(...segments: string[]): string {
  root ??= findRoot();
  return join(root, ...segments);
}

function findRoot(): string {
  const given = process.env['LYCEUM_ROOT'];
  if (given) return resolve(given);
  const program = process.argv[1];
  const starts = [...(program ? [dirname(resolve(program))] : []), process.cwd()];
  for (const start of starts) {
    for (let folder = start; ; folder = dirname(folder)) {
      if (existsSync(join(folder, MARKER))) return folder;
      if (dirname(folder) === folder) break;
    }
  }
  throw new Error(
    `Cannot find the project: no ${MARKER} above ${starts.join(' or ')}. Set LYCEUM_ROOT.`,
  );
}
