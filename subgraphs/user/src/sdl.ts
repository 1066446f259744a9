import { printSubgraph } from '@lyceum/platform/subgraph-schema';
import { userService } from './app.js';

export const sdl = () => printSubgraph(userService.schema);
