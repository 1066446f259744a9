import { runService } from '@lyceum/platform/run-service';
import { authService } from './app.js';
import { environment } from './env.js';

await runService(authService, environment);
