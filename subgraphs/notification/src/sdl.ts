import { printSubgraph } from '@lyceum/platform/subgraph-schema';
import { notificationService } from './app.js';

/** This subgraph's SDL, for composition. */
export const sdl = (): string => printSubgraph(notificationService.schema);
