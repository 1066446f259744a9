import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';
import { eventually } from '@lyceum/testkit/eventually';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it('ends with a launcher that ends while the others still start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lyceum-program-'));
  const script = join(folder, 'service.mjs');
  const pidFile = join(folder, 'pid');
  await writeFile(
    script,
    `import { renameSync, writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(`${pidFile}.tmp`)}, String(process.pid));
     renameSync(${JSON.stringify(`${pidFile}.tmp`)}, ${JSON.stringify(pidFile)});
     setInterval(() => {}, 1000);`,
  );
  const module = pathToFileURL(projectPath('standalone/src/distributed/program.ts')).href;
  const options = {
    name: 'a',
    script,
    url: 'http://127.0.0.1:9',
    env: {},
    logFile: `${script}.log`,
  };
  const launcher = spawn(
    process.execPath,
    [
      ...['--import', 'tsx', '--input-type=module', '-e'],
      `import { existsSync } from 'node:fs';
       import { runProgram } from ${JSON.stringify(module)};
       runProgram(${JSON.stringify(options)});
       setInterval(() => existsSync(${JSON.stringify(pidFile)}) && process.exit(0), 5);`,
    ],
    { stdio: 'inherit' },
  );
  try {
    await new Promise((resolve) => launcher.once('exit', resolve));
    const pid = Number(await readFile(pidFile, 'utf8'));
    await eventually(() => expect(isAlive(pid)).toBe(false));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
