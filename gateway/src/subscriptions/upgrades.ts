import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { networkOf } from '@lyceum/platform/network';
import type { SocketServer } from './socket-server.js';
import type { Tally } from './tally.js';

const PATH = '/graphql';

/** Lets clients change to a WebSocket, at `/graphql` and nowhere else. */
export function acceptUpgrades(
  server: Server,
  options: {
    sockets: SocketServer;
    /** What networks have open. */
    perNetwork: Tally;
    /** Browsers name the page's origin; for WebSockets they ask nobody whether it may. */
    isOriginAllowed: (origin: string, host: string | undefined) => boolean;
    trustProxy: boolean;
    isClosing: () => boolean;
  },
): void {
  const { sockets, perNetwork, isOriginAllowed, trustProxy, isClosing } = options;
  server.on('upgrade', (request, socket, head) => {
    // A client that goes away before the answer is no event worth noting.
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?', 1)[0];
    const { origin, host } = request.headers;
    if (isClosing()) return refuse(socket, '503 Service Unavailable');
    if (path !== PATH) return refuse(socket, '404 Not Found');
    if (origin !== undefined && !isOriginAllowed(origin, host)) {
      return refuse(socket, '403 Forbidden');
    }
    const network = addressOf(request, trustProxy);
    const onClosed = perNetwork.take(networkOf(network ?? ''));
    if (!onClosed) return refuse(socket, '429 Too Many Requests', 'Retry-After: 30\r\n');
    sockets.upgrade(request, socket, head, { network, onClosed });
  });
}

/** Nothing else would close it: it is no longer the HTTP server's, and clients need not close their side. */
function refuse(socket: Duplex, status: string, headers = ''): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** The client's address: what the proxy in front says, where there is one; not what came to it. */
function addressOf(request: IncomingMessage, trustProxy: boolean): string | null {
  const forwarded = trustProxy ? request.headers['x-forwarded-for'] : undefined;
  const last = [forwarded].flat().join(',').split(',').at(-1)?.trim();
  return last || (request.socket.remoteAddress ?? null);
}
