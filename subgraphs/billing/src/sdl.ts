import { printSubgraph } from '@lyceum/platform/subgraph-schema';
import { billingService } from './app.js';

/** This subgraph's SDL, for composition. */
export const sdl = (): string => printSubgraph(billingService.schema);
