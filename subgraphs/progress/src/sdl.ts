import { printSubgraph } from '@lyceum/platform/subgraph-schema';
import { progressService } from './app.js';

export const sdl = () => printSubgraph(progressService.schema);
