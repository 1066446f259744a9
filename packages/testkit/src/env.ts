/** The socket at which to ask for the database server of this Jest run; set by its global setup. */
export const TEST_SERVER_SOCKET = 'LYCEUM_TEST_SERVER_SOCKET';

export function testServerSocket(): string {
  const socket = process.env[TEST_SERVER_SOCKET];
  if (!socket) throw new Error('Tests with a database are run by Jest: npm run jest -- <path>');
  return socket;
}
