export default async function teardown() {
  await globalThis.lyceumTestServer?.close();
}
