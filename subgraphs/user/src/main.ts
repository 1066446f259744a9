import { runService } from '@lyceum/platform/run-service';
import { userService } from './app.js';
import { environment } from './env.js';

await runService(userService, environment);
