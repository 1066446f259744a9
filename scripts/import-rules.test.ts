import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkImports } from './import-rules.mjs';

/** A small repository of the same shape, where everything is allowed until a test adds a file. */
const GOOD: Record<string, string> = {
  'packages/events/src/define.ts': 'export const define = 1;',
  'packages/events/src/course.ts': `import { define } from './define.js'; export const e = define;`,
  'packages/platform/src/viewer.ts':
    'export interface Viewer { id: string } export const anyone = 1;',
  'packages/testkit/src/clock.ts': 'export const clock = 1;',
  'subgraphs/user/src/app.ts': `import { anyone } from '@lyceum/platform/viewer'; export const user = anyone;`,
  'subgraphs/course/src/app.ts': `import { e } from '@lyceum/events/course'; export const course = e;`,
  'subgraphs/course/src/grade.rules.ts': `import type { Viewer } from '@lyceum/platform/viewer'; export const f = (v: Viewer) => v;`,
  'subgraphs/course/src/grade.rules.test.ts': `import { clock } from '@lyceum/testkit/clock'; console.log(clock);`,
  'subgraphs/course/src/a.types.ts': `import { b } from './b.types.js'; export const a = () => b;`,
  'subgraphs/course/src/b.types.ts': `import { a } from './a.types.js'; export const b = () => a;`,
  'gateway/src/app.ts': `import { anyone } from '@lyceum/platform/viewer'; export const gateway = anyone;`,
  'standalone/src/main.ts': `import { user } from '@lyceum/user/app'; import { course } from '@lyceum/course/app'; import { gateway } from '@lyceum/gateway/app'; console.log(user, course, gateway);`,
};

const PACKAGES = {
  events: 'packages/events',
  platform: 'packages/platform',
  testkit: 'packages/testkit',
  user: 'subgraphs/user',
  course: 'subgraphs/course',
  gateway: 'gateway',
};

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lyceum-imports-'));
  mkdirSync(join(directory, 'node_modules/@lyceum'), { recursive: true });
  for (const [name, folder] of Object.entries(PACKAGES)) {
    mkdirSync(join(directory, folder), { recursive: true });
    symlinkSync(join(directory, folder), join(directory, 'node_modules/@lyceum', name));
    const manifest = { name: `@lyceum/${name}`, exports: { './*': './src/*.ts' } };
    writeFileSync(join(directory, folder, 'package.json'), JSON.stringify(manifest));
  }
  for (const [file, content] of Object.entries(GOOD)) write(file, content);
});

afterEach(() => rmSync(directory, { recursive: true }));

function write(file: string, content: string): void {
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  writeFileSync(join(directory, file), content);
}

const VIOLATIONS: [rule: string, file: string, content: string][] = [
  ['subgraphs-are-islands', 'subgraphs/user/src/x.ts', `import '@lyceum/course/app';`],
  [
    'subgraphs-are-islands',
    'subgraphs/user/src/x.ts',
    `import type { course } from '../../course/src/app.js'; export type X = typeof course;`,
  ],
  ['subgraphs-know-no-program', 'subgraphs/user/src/x.ts', `import '@lyceum/gateway/app';`],
  ['packages-know-no-domain', 'packages/platform/src/x.ts', `import '@lyceum/user/app';`],
  ['packages-know-no-domain', 'packages/testkit/src/x.ts', `import '@lyceum/gateway/app';`],
  [
    'platform-knows-no-event-of-a-service',
    'packages/platform/src/x.ts',
    `import '@lyceum/events/course';`,
  ],
  [
    'events-import-nothing-of-ours',
    'packages/events/src/x.ts',
    `import '@lyceum/platform/viewer';`,
  ],
  ['gateway-imports-no-subgraph', 'gateway/src/x.ts', `import '@lyceum/user/app';`],
  [
    'rules-are-pure',
    'subgraphs/user/src/x.rules.ts',
    `import { anyone } from '@lyceum/platform/viewer'; export const x = anyone;`,
  ],
  [
    'rules-are-pure',
    'subgraphs/user/src/x.rules.ts',
    `import { readFileSync } from 'node:fs'; export const x = readFileSync;`,
  ],
  ['testkit-is-for-tests', 'subgraphs/user/src/x.ts', `import '@lyceum/testkit/clock';`],
  ['nothing-imports-tests', 'subgraphs/course/src/x.ts', `import './grade.rules.test.js';`],
  ['imports-resolve', 'subgraphs/user/src/x.ts', `import './nowhere.js';`],
];

describe('the import rules', () => {
  it('let through what the architecture allows', () => {
    expect(checkImports(directory).report).toContain('no dependency violations found');
  });

  it('each refuse what breaks them', () => {
    const expected = VIOLATIONS.map(([rule, file, content], index) => {
      const numbered = file.replace('/x.', `/x${index}.`);
      write(numbered, content);
      return `${rule}: ${numbered}`;
    });
    write('gateway/src/one.ts', `import { two } from './two.js'; export const one = () => two;`);
    write('gateway/src/two.ts', `import { one } from './one.js'; export const two = () => one;`);
    expected.push('no-cycles: gateway/src/one.ts');

    const { passed, report } = checkImports(directory);
    expect(passed).toBe(false);
    expect(expected.filter((line) => !report.includes(line))).toEqual([]);
  });
});
