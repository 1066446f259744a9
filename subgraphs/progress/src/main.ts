import { runService } from '@lyceum/platform/run-service';
import { progressService } from './app.js';
import { environment } from './env.js';

await runService(progressService, environment);
