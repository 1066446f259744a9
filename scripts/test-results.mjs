/**
 * The sum over the Jest runs of one test run. `node scripts/test-results.mjs` prints it as
 * `N passed, N failed`, alone on a line.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const results = join(dirname(dirname(fileURLToPath(import.meta.url))), '.test-results');

/** A test file that could not even be loaded counts as one failure. */
export function readResults() {
  const files = existsSync(results)
    ? readdirSync(results).filter((file) => file.endsWith('.json'))
    : [];
  const sum = { passed: 0, failed: 0, runs: files.length };
  for (const file of files) {
    const run = JSON.parse(readFileSync(join(results, file), 'utf8'));
    sum.passed += run.numPassedTests;
    sum.failed += run.numFailedTests + run.numRuntimeErrorTestSuites;
  }
  return sum;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { passed, failed } = readResults();
  console.log(`${passed} passed, ${failed} failed`);
}
