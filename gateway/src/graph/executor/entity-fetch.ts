import type { FetchNode } from '@apollo/query-planner';
import type { GraphQLFormattedError } from 'graphql';
import type { FetchOptions } from './fetch-options.js';
import { compileRequest } from './fetch-request.js';
import { mergeInto, type Selected } from './merge.js';
import { commonPath, pathsOf } from './places.js';
import { compileRepresentation, type Represent } from './representation.js';
import { compileRewrites, renamedKeys, selectRenamed } from './rewrites.js';
import { selectedOf } from './root-fetch.js';
import { goesOn, type Run, type Step } from './run.js';
import { pathOf } from './skipped-fields.js';
import { subgraphError, subgraphFault } from './subgraph-error.js';
import { isTree, type Path, type Tree } from './tree.js';

const NOTHING: Selected = new Map();

/** Entities to ask a subgraph for: each once, however often it is in the answer. */
interface Wanted {
  readonly representations: Tree[];
  /** In the order of the representations: the objects that each is for. */
  readonly objects: Tree[][];
}

/** A fetch of what a subgraph knows of entities that others have named. */
export function compileEntityFetch(
  node: FetchNode & { requires: NonNullable<FetchNode['requires']> },
  options: FetchOptions,
): Step {
  const { serviceName, inputRewrites, outputRewrites } = node;
  const { path, schema, names } = options;
  const keys = path.flatMap((element) => (element === '@' ? [] : [element.name]));
  const represent = compileRepresentation(node.requires, {
    schema,
    path: keys.reduce(pathOf, ''),
    isSkipped: options.isSkipped,
  });
  const rewriteInput = compileRewrites(inputRewrites, schema);
  const rewriteOutput = compileRewrites(outputRewrites, schema);
  const clientKey = renamedKeys(outputRewrites);
  const selected = selectedOf(node);
  const send = compileRequest(node, { ...options, selected });
  const ofEntity = selected.get('_entities')?.inner ?? NOTHING;
  selectRenamed(ofEntity, outputRewrites);

  function addErrors(run: Run, errors: readonly GraphQLFormattedError[], { objects }: Wanted) {
    for (const error of errors) {
      const [, index, ...rest] = error.path ?? [];
      const meant = typeof index === 'number' ? objects[index] : undefined;
      // An error of the whole fetch is told once, as far as its place is one.
      const places: Path[] = meant
        ? pathsOf(new Set(meant), run.data, path).map((place) => [
            ...place,
            ...rest.map((key) => clientKey.get(key) ?? key),
          ])
        : [commonPath(path)];
      for (const place of places) {
        run.errors.push(subgraphError(serviceName, error, names.pathOfClient(place)));
      }
    }
  }

  function addEntities(entities: readonly unknown[], { objects }: Wanted): void {
    for (const [index, known] of objects.entries()) {
      const entity = entities[index];
      // Null is what a subgraph has never heard of.
      if (!isTree(entity)) continue;
      if (rewriteOutput) {
        entity['__typename'] ??= known[0]?.['__typename'];
        rewriteOutput(entity);
      }
      for (const object of known) mergeInto(object, entity, ofEntity, schema);
    }
  }

  return async (run, targets) => {
    const wanted = wantedOf(targets, represent, run.conditions);
    if (wanted.representations.length === 0 || !goesOn(run)) return;
    if (rewriteInput) for (const one of wanted.representations) rewriteInput(one);
    try {
      const { data, errors } = await send(run, wanted.representations);
      if (errors) addErrors(run, errors, wanted);
      if (!data) return;
      const entities = data['_entities'];
      // Null when an error took them all.
      if (entities === null && errors?.length) return;
      if (!Array.isArray(entities) || entities.length !== wanted.representations.length) {
        throw new Error(`Asked for ${wanted.representations.length} entities, and got others.`);
      }
      addEntities(entities, wanted);
    } catch (error) {
      run.errors.push(subgraphFault(serviceName, error, names.pathOfClient(commonPath(path))));
    }
  };
}

function wantedOf(
  targets: readonly Tree[],
  represent: Represent,
  conditions: Run['conditions'],
): Wanted {
  const representations: Tree[] = [];
  const objects: Tree[][] = [];
  const byIdentity = new Map<string, Tree[]>();
  for (const target of targets) {
    const representation = represent(target, conditions);
    if (!representation) continue;
    const same = byIdentity.get(representation.identity);
    if (same) {
      same.push(target);
      continue;
    }
    const known = [target];
    byIdentity.set(representation.identity, known);
    objects.push(known);
    representations.push(representation.value);
  }
  return { representations, objects };
}
