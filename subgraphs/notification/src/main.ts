import { runService } from '@lyceum/platform/run-service';
import { notificationService } from './app.js';
import { environment } from './env.js';

await runService(notificationService, environment);
