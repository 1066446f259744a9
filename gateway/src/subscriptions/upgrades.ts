import type { IncomingMessage, Server } from 'node:http';
import type { SocketServer } from './socket-server.js';

const PATH = '/graphql';

/** Lets clients change to a WebSocket, at `/graphql` and nowhere else. */
export function acceptUpgrades(
  server: Server,
  options: { sockets: SocketServer; trustProxy: boolean; isDraining: () => boolean },
): void {
  const { sockets, trustProxy, isDraining } = options;
  server.on('upgrade', (request, socket, head) => {
    // A client that goes away before the answer is no event worth noting.
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?', 1)[0];
    if (isDraining()) return refuse(socket, '503 Service Unavailable');
    if (path !== PATH) return refuse(socket, '404 Not Found');
    sockets.upgrade(request, socket, head, networkOf(request, trustProxy));
  });
}

function refuse(socket: NodeJS.WritableStream, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** The client's address: what the proxy in front says, where there is one; not what came to it. */
function networkOf(request: IncomingMessage, trustProxy: boolean): string | null {
  const forwarded = trustProxy ? request.headers['x-forwarded-for'] : undefined;
  const last = [forwarded].flat().join(',').split(',').at(-1)?.trim();
  return last || (request.socket.remoteAddress ?? null);
}
