import { runService } from '@lyceum/platform/run-service';
import { analyticsService } from './app.js';

await runService(analyticsService, process.env);
