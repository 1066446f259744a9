import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Profiler } from 'node:inspector';
import { projectPath } from '@lyceum/platform/project-path';
import { table } from '../table.js';

/** `dispatch` is the profiler's own start. */
const IDLE = new Set(['(idle)', '(root)', 'dispatch']);

/** Where the time of a CPU profile went: by part (our folder, or package), and by function. */
export function describeProfile(profile: Profiler.Profile, functions = 30): string {
  const selfTime = new Map<number, number>();
  for (const [place, node] of (profile.samples ?? []).entries()) {
    const time = profile.timeDeltas?.[place] ?? 0;
    selfTime.set(node, (selfTime.get(node) ?? 0) + time);
  }
  const byFunction = new Map<string, number>();
  const byPart = new Map<string, number>();
  let busy = 0;
  for (const { id, callFrame } of profile.nodes) {
    const time = selfTime.get(id) ?? 0;
    if (time === 0 || (IDLE.has(callFrame.functionName) && callFrame.url === '')) continue;
    busy += time;
    const source = sourceOf(callFrame);
    const name = callFrame.functionName || '(anonymous)';
    add(byFunction, source ? `${name}  ${source}` : name, time);
    add(byPart, source ? partOf(source) : name, time);
  }
  const rows = (times: Map<string, number>, most: number) =>
    [...times]
      .sort(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([name, time]) => [name, `${((time / busy) * 100).toFixed(1)} %`]);
  return [
    table(['by part', 'of CPU time'], rows(byPart, 25)),
    table(['by function, without what it calls', 'of CPU time'], rows(byFunction, functions)),
  ].join('\n\n');
}

function add(times: Map<string, number>, name: string, time: number): void {
  times.set(name, (times.get(name) ?? 0) + time);
}

const maps = new Map<string, SourceMap | null>();

/** File and line as written, for what was bundled; empty for what V8 does itself. */
function sourceOf({ url, lineNumber, columnNumber }: Profiler.Profile['nodes'][0]['callFrame']) {
  if (!url.startsWith('file:')) return url;
  const file = fileURLToPath(url);
  const entry = mapOf(file)?.findEntry(lineNumber, columnNumber);
  const isKnown = entry && 'originalSource' in entry;
  const source = isKnown ? fileURLToPath(new URL(entry.originalSource, url)) : file;
  const line = isKnown ? entry.originalLine : lineNumber;
  return `${relative(projectPath(), source).replace(/^.*node_modules\//, '')}:${line + 1}`;
}

function mapOf(file: string): SourceMap | null {
  let map = maps.get(file);
  if (map === undefined) {
    try {
      map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as never);
    } catch {
      map = null;
    }
    maps.set(file, map);
  }
  return map;
}

/** `gateway/src/pipeline`, `@apollo/gateway`, `undici`, `node:http`. */
function partOf(source: string): string {
  const words = source.replace(/:\d+$/, '').split('/');
  if (source.startsWith('node:')) return words[0]!;
  if (['gateway', 'packages', 'subgraphs', 'standalone', 'bench'].includes(words[0]!)) {
    return words.slice(0, Math.min(words.length - 1, 4)).join('/');
  }
  return words.slice(0, source.startsWith('@') ? 2 : 1).join('/');
}
