import { describe } from '@jest/globals';
import { testSettings } from './env.js';

/** For what takes several programs; where all is one, it is left out, and that is said. */
export function describeDistributed(what: string, tests: () => void): void {
  if (testSettings.LYCEUM_TOPOLOGY === 'distributed') return describe(what, tests);
  process.stderr.write(
    `LEFT OUT: ${what}, which takes separate programs (npm run test:distributed)\n`,
  );
  describe.skip(what, tests);
}
