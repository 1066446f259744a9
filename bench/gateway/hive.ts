import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { projectPath } from '@lyceum/platform/project-path';
import { say } from '../progress-line.js';

const FOLDER = projectPath('bench', 'gateway', 'hive');

/**
 * Hive Gateway brings some 750 packages. They are installed when it is first measured, into a folder
 * of their own, so that nobody else has to.
 * @returns its command line
 */
export async function installHive(npm: Readonly<Record<string, string>>): Promise<string> {
  const script = `${FOLDER}/node_modules/@graphql-hive/gateway/dist/bin.js`;
  if (!existsSync(script)) {
    say('Installing Hive Gateway, once …');
    // In production it would leave out all that there is.
    const options = ['--include=dev', '--no-audit', '--no-fund', '--ignore-scripts'];
    options.push('--workspaces=false');
    const child = spawn('npm', ['ci', ...options], {
      cwd: FOLDER,
      env: { ...npm },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error('Hive Gateway could not be installed.');
  }
  return script;
}
