import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { compare, theLibrary } from './comparison.js';
import { writeOperation } from './random-operation.js';

/** A few seconds' worth. More are worth running after a change: give another number and seed. */
const RUNS = Number(process.env['RUNS'] ?? 60);
const SEED = Number(process.env['SEED'] ?? 7);

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
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  );
  expect(compared).toBeGreaterThan(RUNS / 3);
}, 600_000);
