import { parseArgs } from 'node:util';
import { inParallel } from '../in-parallel.js';
import { startMeasured, type MeasuredPlatform, type Topology } from '../platform.js';
import { say } from '../progress-line.js';
import { enroll, foundSchool, join, publishPages } from '../school.js';
import type { Session } from '../session.js';
import { table } from '../table.js';
import { SCREENS, type Screen } from './screens.js';

const USAGE = `npm run bench:screens [-- options]
  --topology standalone|distributed   which platform to start (standalone)`;

const MANY = 20;
/** Jobs and consumers run on their own: the fewest statements of some runs are the screen's. */
const RUNS = 5;

/** An organization with so many courses, learners in the first, and courses of the first learner. */
interface School {
  readonly people: Record<Screen['who'], Session>;
  readonly courseId: string;
}

async function openSchool(url: string, size: number): Promise<School> {
  const { administrator, instructor, slug } = await foundSchool(url, 'screens');
  const courses: string[] = [];
  for (let number = 1; number <= size; number += 1) {
    const { courseId, topicIds } = await publishPages(instructor, `Course ${number}`, 2);
    courses.push(courseId);
    if (topicIds.length !== 2) throw new Error('A page is missing');
  }
  const learners: Session[] = [];
  const numbers = Array.from({ length: size }, (_, place) => place + 1);
  await inParallel(numbers, 4, async (number) => {
    const learner = await join(url, slug, `learner-${number}`);
    learners.push(learner);
    await enroll(learner, courses[0]!);
  });
  const learner = learners[0]!;
  for (const courseId of courses.slice(1)) await enroll(learner, courseId);
  return { people: { administrator, instructor, learner }, courseId: courses[0]! };
}

type Counts = Map<string, number>;

/** Statements so far, by service. */
async function statements({ metricsUrls }: MeasuredPlatform): Promise<Counts> {
  const counts: Counts = new Map();
  for (const url of metricsUrls.values()) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const lines = text.matchAll(
      /^lyceum_sql_statements_total\{[^}]*service="(\w+)"[^}]*\} (\d+)/gm,
    );
    for (const [, service, count] of lines) {
      counts.set(service!, (counts.get(service!) ?? 0) + Number(count));
    }
  }
  return counts;
}

const sumOf = (counts: Counts): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

async function cost(
  platform: MeasuredPlatform,
  { people, courseId }: School,
  screen: Screen,
): Promise<{ counts: Counts; milliseconds: number }> {
  const show = () =>
    people[screen.who].request(screen.query, screen.ofCourse ? { id: courseId } : {});
  let least: Counts | null = null;
  let milliseconds = Infinity;
  for (let run = 0; run < RUNS; run += 1) {
    const before = await statements(platform);
    const begun = performance.now();
    await show();
    milliseconds = Math.min(milliseconds, performance.now() - begun);
    const after = await statements(platform);
    const counts = new Map(
      [...after]
        .map(([service, count]) => [service, count - (before.get(service) ?? 0)] as const)
        .filter(([, count]) => count > 0),
    );
    if (!least || sumOf(counts) < sumOf(least)) least = counts;
  }
  return { counts: least!, milliseconds };
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      topology: { type: 'string', default: 'standalone' },
      help: { type: 'boolean', default: false },
    },
  });
  const { topology } = values;
  if (values.help || (topology !== 'standalone' && topology !== 'distributed')) {
    say(USAGE);
    return values.help;
  }
  const platform = await startMeasured(topology satisfies Topology);
  try {
    say('  opening a small school and a large one');
    const small = await openSchool(platform.url, 1);
    const large = await openSchool(platform.url, MANY);
    let met = true;
    const rows: string[][] = [];
    for (const screen of SCREENS) {
      const one = await cost(platform, small, screen);
      const many = await cost(platform, large, screen);
      const equal = sumOf(one.counts) === sumOf(many.counts);
      met &&= equal && sumOf(many.counts) <= (screen.most ?? Infinity);
      rows.push([
        screen.name,
        String(sumOf(one.counts)),
        String(sumOf(many.counts)),
        screen.most ? `at most ${screen.most}` : '',
        `${many.milliseconds.toFixed(1)} ms`,
        [...many.counts].map(([service, count]) => `${service} ${count}`).join(', '),
      ]);
    }
    const head = ['SQL statements', 'for 1', `for ${MANY}`, 'target', 'time', `by service`];
    say(`\n${table(head, rows)}`);
    say(met ? '\nThe same for one as for many.' : '\nMORE than there should be.');
    return met;
  } finally {
    await platform.stop();
  }
}

process.exitCode = (await main()) ? 0 : 1;
