import { runStandalone } from './run.js';

await runStandalone(process.env);
