import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import { projectPath } from '@lyceum/platform/project-path';

const NAME = '[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*';
const FILES = /(?:^|\/)(?:[\w-]+\.)?env\.ts$|-settings\.ts$|^run-service\.ts$/;
const FOLDERS = ['gateway/src', 'standalone/src', 'subgraphs', 'packages/platform/src'];
/** Read by no schema: where a program that was moved finds its files. */
const OTHERS = ['LYCEUM_ROOT'];
/** Made of the services' names. */
const OF_SERVICES = /^DATABASE_URL_/;

/** Names that schemas of settings have as keys. */
function settingsOfCode(): string[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(projectPath(folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => FILES.test(file) && !/node_modules|generated/.test(file))
      .map((file) => projectPath(folder, file)),
  );
  const keys = new RegExp(`^ +(${NAME}):`, 'gm');
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(keys)].map(([, name]) => name!),
  );
}

/** Names in the first columns of tables of settings. */
function settingsOfDocuments(): string[] {
  const sections = [
    ['README.md', '## Configuration', '## Operating it'],
    ['gateway/README.md', '## Settings', '## How it works'],
  ] as const;
  return sections.flatMap(([file, from, to]) => {
    const text = readFileSync(projectPath(file), 'utf8');
    const section = text.slice(text.indexOf(`\n${from}\n`), text.indexOf(`\n${to}\n`));
    const variables = section
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .flatMap((line) => line.split('|').slice(1, 3));
    return variables.flatMap((cell) =>
      [...cell.matchAll(new RegExp(`\`(${NAME})\``, 'g'))].map(([, name]) => name!),
    );
  });
}

it('every setting is told of in a README, and no other', () => {
  const inCode = new Set([...settingsOfCode(), ...OTHERS]);
  const told = new Set(settingsOfDocuments());
  expect(inCode.size).toBeGreaterThan(60);
  const untold = [...inCode].filter((name) => !told.has(name) && !OTHERS.includes(name));
  const unknown = [...told].filter((name) => !inCode.has(name) && !OF_SERVICES.test(name));
  expect({ untold, unknown }).toEqual({ untold: [], unknown: [] });
});

/** As GitHub makes them of headings. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path ? join(dirname(from), path) : from;
  if (!existsSync(projectPath(target))) return false;
  if (anchor === undefined || !target.endsWith('.md')) return true;
  const headings = readFileSync(projectPath(target), 'utf8').matchAll(/^#+ (.+)$/gm);
  return [...headings].some(([, heading]) => anchorOf(heading!) === anchor);
}

it('links between documents lead somewhere', () => {
  const docs = readdirSync(projectPath('docs'), { recursive: true, encoding: 'utf8' });
  const services = readdirSync(projectPath('subgraphs')).map((name) => `subgraphs/${name}`);
  const documents = [
    ...['README.md', 'CONTRIBUTING.md'],
    ...['gateway', 'bench', ...services].map((folder) => `${folder}/README.md`),
    ...docs.filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`),
  ];
  const broken = documents.flatMap((from) =>
    [...readFileSync(projectPath(from), 'utf8').matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link!)
      .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(from, link))
      .map((link) => `${from}: ${link}`),
  );
  expect(broken).toEqual([]);
});
