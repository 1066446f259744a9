import { runService } from '@lyceum/platform/run-service';
import { courseService } from './app.js';
import { environment } from './env.js';

await runService(courseService, environment);
