import { runService } from '@lyceum/platform/run-service';
import { billingService } from './app.js';
import { environment } from './env.js';

await runService(billingService, environment);
