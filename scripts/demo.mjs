/**
 * `npm run demo`: installs and generates what is missing, then tells the story of the platform in the
 * terminal (see standalone/src/demo/main.ts; `npm run demo -- --help`).
 */
import { runMain, setup } from './setup.mjs';

await runMain(async () => {
  await setup();
  const { register } = await import('tsx/esm/api');
  register();
  await import('../standalone/src/demo/main.ts');
});
