import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Profiler } from 'node:inspector';
import { bundle } from '../child/bundle.js';
import { startChild, type Child } from '../child/child.js';
import { assignProcessors, loadNote } from '../child/processors.js';
import { describeProfile } from '../child/profile.js';
import { benchSettings, NEVER_SPENT } from '../env.js';
import { say } from '../progress-line.js';
import { createTokenMaker, somebody } from '../token-maker.js';
import {
  CONTENDERS,
  isContender,
  startContender,
  type ContenderName,
  type RunningContender,
} from './contestants.js';
import { composeSupergraph, type SubgraphName } from './graph.js';
import { answerOf, runWindow, type Race, type Window } from './race.js';
import { ratios, standings } from './standings.js';

const NAMES = Object.keys(CONTENDERS) as ContenderName[];
const USAGE = `npm run bench:gateway [-- options]
  --rounds N      how many windows each contender gets, in turn (5)
  --seconds N     how long a window is, at the least (3)
  --only a,b      of ${NAMES.join(', ')}
  --profile       says where the time of ours goes, and leaves CPU profiles in bench/dist/gateway`;

/** Times better than stock in CPU per request. */
const TARGETS: Partial<Record<ContenderName, number>> = { http: 3, 'in-process': 4 };
/** V8 has to have compiled what is hot; what comes next is measured. */
const WARM_UP = { seconds: 4, atLeast: 800 };
const AT_LEAST = 200;
const SECRET = 'shared by the gateway and the subgraphs of the benchmark';

async function race(names: readonly ContenderName[], options: Options): Promise<boolean> {
  const processors = assignProcessors();
  say(`${processors.note} ${loadNote()}`);
  const programs = ['subgraphs', 'load', 'contenders/apollo', 'contenders/monolith'];
  const bundled = await bundle('gateway', [
    ...programs.map((program) => `gateway/${program}`),
    'gateway/contenders/ours',
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'lyceum-bench-'));
  const children: Child[] = [];
  const env = { ...benchSettings.PASSED_ON, ...NEVER_SPENT, NODE_ENV: 'production' };
  const aside = (program: string): Child => {
    const script = bundled.script(`gateway/${program}`);
    const child = startChild({ script, env, processor: processors.others });
    children.push(child);
    return child;
  };
  try {
    const subgraphs = aside('subgraphs');
    const urls = await subgraphs.ask<Record<SubgraphName, string>>('start', { secret: SECRET });
    const tokens = await createTokenMaker();
    const person = somebody();
    const field: Race = {
      subgraphs,
      load: aside('load'),
      headers: async () => ({
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${await tokens.tokenOf(person)}`,
      }),
    };
    const input = {
      supergraphSdl: composeSupergraph(urls),
      urls,
      secret: SECRET,
      jwks: tokens.jwks,
    };
    const contenders: RunningContender[] = [];
    for (const name of names) {
      const processor = processors.measured;
      const started = await startContender(name, { bundled, input, env, processor, folder });
      children.push(started.child);
      contenders.push(started);
    }

    const expected = await sameAnswer(contenders, field);
    say(`All give the same answer, byte for byte: ${Buffer.byteLength(expected)} bytes.`);
    for (const contender of contenders) {
      await runWindow(contender, field, { ...WARM_UP, expected });
    }
    const measured = { seconds: options.seconds, atLeast: AT_LEAST, expected };
    const rounds = new Map<ContenderName, Window[]>(names.map((name) => [name, []]));
    for (let round = 1; round <= options.rounds; round += 1) {
      for (const contender of contenders) {
        const window = await runWindow(contender, field, measured);
        rounds.get(contender.name)!.push(window);
      }
      say(`Round ${round} of ${options.rounds}`);
    }
    say(`\n${standings(rounds)}`);

    if (options.profile) {
      for (const contender of contenders) {
        if (!(contender.name in TARGETS)) continue;
        await contender.child.ask('startProfile');
        await runWindow(contender, field, measured);
        const profile = await contender.child.ask<Profiler.Profile>('stopProfile');
        const file = bundled.script(`gateway/${contender.name}`).replace(/js$/, 'cpuprofile');
        await writeFile(file, JSON.stringify(profile));
        say(`\n${CONTENDERS[contender.name]} (${file})\n${describeProfile(profile)}`);
      }
    }
    return reached(rounds);
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws when one of them answers otherwise than the first */
async function sameAnswer(contenders: readonly RunningContender[], field: Race): Promise<string> {
  const [first, ...others] = contenders as [RunningContender, ...RunningContender[]];
  const expected = await answerOf(first, field);
  for (const other of others) {
    const answer = await answerOf(other, field);
    if (answer === expected) continue;
    throw new Error(`${first.name} answers\n${expected}\nand ${other.name}\n${answer}`);
  }
  return expected;
}

function reached(rounds: ReadonlyMap<ContenderName, Window[]>): boolean {
  if (!rounds.has('apollo')) return true;
  const missed = (Object.entries(TARGETS) as [ContenderName, number][]).filter(
    ([name, target]) => rounds.has(name) && ratios(rounds, name).cpu < target,
  );
  for (const [name, target] of missed) say(`\nMISSED: ${CONTENDERS[name]}: ${target}×`);
  if (missed.length === 0) say('\nThe targets are met.');
  return missed.length === 0;
}

interface Options {
  rounds: number;
  seconds: number;
  profile: boolean;
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    only: { type: 'string', default: NAMES.join(',') },
    profile: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const names = values.only.split(',').filter(isContender);
if (values.help || names.length < values.only.split(',').length) {
  say(USAGE);
  process.exitCode = values.help ? 0 : 1;
} else {
  const { rounds, seconds, profile } = values;
  const met = await race(names, { rounds: Number(rounds), seconds: Number(seconds), profile });
  process.exitCode = met ? 0 : 1;
}
