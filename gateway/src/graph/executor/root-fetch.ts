import type { FetchNode } from '@apollo/query-planner';
import type { FetchOptions } from './fetch-options.js';
import { compileRequest } from './fetch-request.js';
import { mergeInto, selectedBy } from './merge.js';
import { commonPath, pathsOf } from './places.js';
import { compileRewrites, renamedKeys, selectRenamed } from './rewrites.js';
import { goesOn, type Run, type Step } from './run.js';
import { subgraphError, subgraphFault } from './subgraph-error.js';
import type { Path, Tree } from './tree.js';

/** A fetch of root fields; below the root as well, where a field gives the Query type. */
export function compileRootFetch(node: FetchNode, options: FetchOptions): Step {
  const { serviceName, outputRewrites } = node;
  const { path, schema, names } = options;
  const selected = selectedOf(node);
  const send = compileRequest(node, { ...options, selected });
  const rewrite = compileRewrites(outputRewrites, schema);
  const clientKey = renamedKeys(outputRewrites);
  const [onlyKey] = selected.size === 1 ? selected.keys() : [];
  selectRenamed(selected, outputRewrites);

  /** Where the client sees an error; unknown when it is about several fields. */
  function placesOf(run: Run, targets: readonly Tree[], errorPath: Path | undefined): Path[] {
    const inner = errorPath ?? (onlyKey === undefined ? [] : [onlyKey]);
    const own = inner.map((key) => clientKey.get(key) ?? key);
    if (path.length === 0) return [own];
    return pathsOf(new Set(targets), run.data, path).map((place) => [...place, ...own]);
  }

  return async (run, targets) => {
    if (!goesOn(run)) return;
    try {
      const { data, errors } = await send(run, null);
      for (const error of errors ?? []) {
        for (const place of placesOf(run, targets, error.path)) {
          run.errors.push(subgraphError(serviceName, error, names.pathOfClient(place)));
        }
      }
      if (!data) return;
      rewrite?.(data);
      for (const target of targets) mergeInto(target, data, selected, schema);
    } catch (error) {
      run.errors.push(subgraphFault(serviceName, error, names.pathOfClient(commonPath(path))));
    }
  };
}

/** The planner is told to give every fetch its document. */
export function selectedOf(node: FetchNode) {
  if (!node.operationDocumentNode) throw new Error('A fetch has no document.');
  return selectedBy(node.operationDocumentNode);
}
