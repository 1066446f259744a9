/** Stock: `@apollo/gateway` on `@apollo/server`, as its documentation sets it up. */
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { answers } from '../../child/answers.js';
import type { ContenderInput } from '../contender.js';

answers({
  start: async ({ supergraphSdl }: ContenderInput) => {
    const server = new ApolloServer({ gateway: new ApolloGateway({ supergraphSdl }) });
    const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
    return url;
  },
});
