// Jest runs this file without transforming it: hence plain JavaScript, and tsx for the rest.
import { tsImport } from 'tsx/esm/api';

export default async function setup() {
  const { listenForTests } = await tsImport('./src/test-server.ts', import.meta.url);
  const { TEST_SERVER_SOCKET } = await tsImport('./src/env.ts', import.meta.url);
  const server = await listenForTests();
  process.env[TEST_SERVER_SOCKET] = server.socket;
  globalThis.lyceumTestServer = server;
}
