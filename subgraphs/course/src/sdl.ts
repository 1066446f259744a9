import { printSubgraph } from '@lyceum/platform/subgraph-schema';
import { courseService } from './app.js';

/** The SDL of this subgraph, for composition. */
export const sdl = (): string => printSubgraph(courseService.schema);
