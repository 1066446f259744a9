import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';
import { SERVICES } from '@lyceum/platform/service';
import { eventually } from '@lyceum/testkit/eventually';

/** Nobody listens there: the gateway has to do without broker and services. */
const NOWHERE = '127.0.0.1:1';
const LONG = { timeout: 30_000 };

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

describe('the gateway as a program', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** @param fault code that runs in the program when it is sent SIGUSR2 */
  function run(settings: Record<string, string>, fault = '') {
    const meddle = `data:text/javascript,process.on('SIGUSR2',()=>{${encodeURIComponent(fault)}})`;
    const main = projectPath('gateway', 'src', 'main.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', '--import', meddle, main], {
      cwd: projectPath(),
      env: settings,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    const ended = once(child, 'close').then(([code]) => code as number | null);
    const says = (message: string) =>
      eventually(() => expect(output.stdout).toContain(`"msg":"${message}"`), LONG);
    return { child, ended, output, says };
  }

  async function settings(): Promise<Record<string, string>> {
    const ofSubgraphs = SERVICES.flatMap((name, n) => [
      [`SUBGRAPH_${name.toUpperCase()}_URL`, `http://${NOWHERE}/graphql`],
      [`SUBGRAPH_${name.toUpperCase()}_SECRET`, `${n}k2Vt9QmZx7LrB4nHd8Wc3Ye6Ug1Js5Pa`],
    ]);
    const port = await freePort();
    return { PORT: port, NATS_URL: `nats://${NOWHERE}`, ...Object.fromEntries(ofSubgraphs) };
  }

  it('goes on after a promise that nobody awaited, says so, and ends with 0 on SIGTERM', async () => {
    const given = await settings();
    const { child, ended, says } = run(given, "Promise.reject(new Error('stray'))");
    await says('ready');
    child.kill('SIGUSR2');
    await says('unhandled rejection');
    expect((await fetch(`http://127.0.0.1:${given['PORT']}/health/live`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  }, 60_000);

  it('ends with 1 after a fault that leaves it in doubt, and says which', async () => {
    const { child, ended, says } = run(await settings(), "throw new Error('in doubt')");
    await says('ready');
    child.kill('SIGUSR2');
    await says('uncaught exception');
    expect(await ended).toBe(1);
  }, 60_000);

  it('names every secret that is missing, and ends with 2', async () => {
    const { ended, output } = run({ NATS_URL: `nats://${NOWHERE}` });
    expect(await ended).toBe(2);
    for (const name of SERVICES) {
      expect(output.stderr).toContain(`SUBGRAPH_${name.toUpperCase()}_SECRET: is missing`);
    }
  }, 60_000);
});
