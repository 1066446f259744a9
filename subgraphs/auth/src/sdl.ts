import { printSubgraph } from '@lyceum/platform/subgraph-schema';
import { authService } from './app.js';

export const sdl = () => printSubgraph(authService.schema);
