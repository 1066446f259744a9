import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections on which nothing was said yet: browsers and pools open some beforehand. At the end Node
 * waits for the first request of each, as for one that has begun.
 */
export function unusedConnections(server: Server): { close(): void } {
  const all = new Set<Socket>();
  server.on('connection', (socket) => {
    all.add(socket);
    socket.once('close', () => all.delete(socket));
  });
  return {
    close() {
      for (const socket of all) if (socket.bytesRead === 0) socket.destroy();
    },
  };
}
