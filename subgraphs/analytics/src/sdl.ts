import { printSubgraph } from '@lyceum/platform/subgraph-schema';
import { analyticsService } from './app.js';

export const sdl = (): string => printSubgraph(analyticsService.schema);
