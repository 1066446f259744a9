import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { testSettings } from '../env.js';
import { compare, theLibrary } from './comparison.js';
import { writeOperation } from './random-operation.js';

const { RANDOM_RUNS: numRuns, RANDOM_SEED: seed } = testSettings;

/** A failure names its seed. */
it('random operations are answered as by one schema in one process', async () => {
  const { schema } = theLibrary().single;
  const roots = [schema.getQueryType(), schema.getQueryType(), schema.getMutationType()];
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), fc.constantFrom(...roots), fc.boolean(), async (gen, root, wire) => {
      const operation = writeOperation(gen, schema, root!);
      const answers = await compare(operation.text, { ...operation, wire });
      if (!answers) return;
      compared += 1;
      expect({ ...operation, ...answers.gateway }).toEqual({ ...operation, ...answers.single });
    }),
    { numRuns, seed, endOnFailure: true },
  );
  expect(compared).toBeGreaterThan(numRuns / 4);
}, 3_600_000);
