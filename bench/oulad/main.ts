import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { projectPath } from '@lyceum/platform/project-path';
import { eventually } from '@lyceum/testkit/eventually';
import { benchSettings } from '../env.js';
import { cpuSeconds, summarize, watchMemory, type Sample } from '../memory.js';
import { reachDatabases, startMeasured, type Topology } from '../platform.js';
import { progressLine, say } from '../progress-line.js';
import { foundSchool } from '../school.js';
import { table } from '../table.js';
import { enrollStudents } from './cohort.js';
import { compare, count, type Source } from './comparison.js';
import { buildCourse } from './course.js';
import { readDataset } from './dataset.js';
import { readGraph } from './read-graph.js';
import { readAnalyticsTables, readProgressTables } from './read-tables.js';
import { replay } from './replay.js';
import { countsFor, totalsOfFile, type Measure } from './totals.js';

const USAGE = `npm run bench:oulad [-- options]
  --topology standalone|distributed   which platform to start (standalone)
  --url URL --home DIR                measure the platform that runs there instead
  --rows N                            only the first N rows of clicks
  --lanes N                           batches on their way at a time (4)`;

const GRAPH_OF_PROGRESS: Measure[] = [
  'clicksPerLearner',
  'clicksPerTopic',
  'clicksPerDay',
  'clicksPerLearnerAndDay',
  'clicksPerLearnerAndTopic',
  'activeDaysPerLearner',
  'activeLearnersPerDay',
  'topicsCompletedPerLearner',
];
const GRAPH_OF_ANALYTICS: Measure[] = [
  'clicksPerLearner',
  'clicksPerTopic',
  'clicksPerDay',
  'activeDaysPerLearner',
  'activeLearnersPerDay',
  'answersPerCriterion',
  'metPerCriterion',
];
const TABLES_OF_PROGRESS: Measure[] = [
  ...GRAPH_OF_PROGRESS,
  'rowsPerLearner',
  'rowsPerTopic',
  'rowsPerDay',
  'clicksPerTopicAndDay',
  'marks',
  'withdrawals',
];
const TABLES_OF_ANALYTICS: Measure[] = [
  ...TABLES_OF_PROGRESS.filter((measure) => measure !== 'topicsCompletedPerLearner'),
  'answersPerCriterion',
  'metPerCriterion',
];

const { values: options } = parseArgs({
  options: {
    topology: { type: 'string', default: 'standalone' },
    url: { type: 'string' },
    home: { type: 'string' },
    rows: { type: 'string' },
    lanes: { type: 'string', default: '4' },
    help: { type: 'boolean', default: false },
  },
});

const seconds = (since: number) => (performance.now() - since) / 1_000;

async function main(): Promise<boolean> {
  if (options.help) {
    say(USAGE);
    return true;
  }
  const folder = join(projectPath(), benchSettings.LYCEUM_SHARED_DATA, 'oulad');
  const dataset = await readDataset(folder, options.rows ? Number(options.rows) : Infinity);
  say(
    `${count(dataset.clicks.length)} rows of clicks, ${count(dataset.marks.length)} marks, ` +
      `${dataset.withdrawals.size} withdrawals of ${dataset.students.length} students on ${dataset.sites.length} sites`,
  );
  if ((options.url === undefined) !== (options.home === undefined)) {
    throw new Error('--url and --home go together: the home says where the databases are.');
  }
  if (options.topology !== 'standalone' && options.topology !== 'distributed') {
    throw new Error(USAGE);
  }
  const platform =
    options.url && options.home
      ? runningPlatform(options.url, options.home)
      : await startMeasured(options.topology satisfies Topology);
  try {
    const { administrator, instructor, slug } = await foundSchool(platform.url, 'oulad');
    const course = await buildCourse(instructor, dataset, progressLine('topics built'));
    const registering = performance.now();
    const learners = await enrollStudents(
      platform.url,
      slug,
      course.id,
      dataset,
      progressLine('students registered and enrolled'),
    );
    say(`  in ${seconds(registering).toFixed(1)} s`);

    const memory = watchMemory(platform.metricsUrls);
    const before = await memory.now();
    const show = progressLine('rows replayed');
    let sent = 0;
    const cpuBefore = await cpuSeconds(platform.metricsUrls);
    const begun = performance.now();
    const outcome = await replay({
      platform,
      administrator,
      course,
      learners,
      dataset,
      lanes: Number(options.lanes),
      onRows: (rows) => show((sent += rows), dataset.clicks.length),
    });
    const replayed = seconds(begun);
    const samples = memory.samples.slice();
    const expected = totalsOfFile(dataset, course, learners);
    const counted = dataset.clicks.filter((click) => countsFor(dataset, click)).length;
    await eventually(
      async () => {
        const [row] = await platform.sql<{ rows: number; marks: number }>(
          'analytics',
          `SELECT (SELECT coalesce(sum(records), 0)::int FROM daily_learner_activity WHERE course_id = $1) AS rows,
             (SELECT count(*)::int FROM stored_event
              WHERE type = 'progress.attempt.submitted.v1' AND data->>'courseId' = $1::text) AS marks`,
          [course.id],
        );
        return row!.rows >= counted && row!.marks >= dataset.marks.length;
      },
      { timeout: 300_000, interval: 100 },
    ).catch(() => say('  analytics did not receive everything within five minutes'));
    const drained = seconds(begun);
    const cpu = (await cpuSeconds(platform.metricsUrls)) - cpuBefore;
    await memory.stop();
    const after = await memory.now();

    const graph = await readGraph(administrator, course.id, learners, dataset);
    const progressTables = await readProgressTables(platform.sql, course.id);
    const analyticsTables = await readAnalyticsTables(platform.sql, course.id);
    const sources: Source[] = [
      { name: 'progress, graph', totals: graph.progress, measures: GRAPH_OF_PROGRESS },
      { name: 'progress, tables', totals: progressTables, measures: TABLES_OF_PROGRESS },
      { name: 'analytics, graph', totals: graph.analytics, measures: GRAPH_OF_ANALYTICS },
      { name: 'analytics, tables', totals: analyticsTables, measures: TABLES_OF_ANALYTICS },
    ];
    const comparison = compare(expected, sources);
    say(`\n${comparison.text}\n`);

    const refused = dataset.clicks.length - counted;
    const refusals = [...outcome.rejected].map(([code, times]) => `${count(times)} ${code}`);
    const asExpected =
      outcome.accepted === counted &&
      outcome.duplicates === 0 &&
      (outcome.rejected.get('WITHDRAWN') ?? 0) === refused &&
      refusals.length <= 1;
    say(
      `${count(outcome.accepted)} rows accepted, ${count(outcome.duplicates)} duplicates, refused: ` +
        `${refusals.join(', ') || 'none'} (the file has ${refused} of days after the student had left)`,
    );
    const rate = (time: number) => count(Math.round(dataset.clicks.length / time));
    say(
      `Replay: ${replayed.toFixed(1)} s in ${count(outcome.batches)} batches, ${rate(replayed)} rows/s; ` +
        `until analytics had everything: ${drained.toFixed(1)} s, ${rate(drained)} rows/s`,
    );
    const [load] = loadavg();
    say(
      `The platform's processes (PostgreSQL's apart) used ${cpu.toFixed(1)} s of CPU; ` +
        `${availableParallelism()} cores, load of the machine at the end ${load!.toFixed(1)}`,
    );
    say(`\n${memoryTable(before, after, samples)}`);
    const { most, quarters } = summarize(samples);
    say(
      `All processes together, means of the replay's quarters: ${quarters.map((mb) => mb.toFixed(0)).join(', ')} MB; most ${most.toFixed(0)} MB`,
    );
    if (!comparison.equal || !asExpected) say('\nDIFFERENT from what the file says.');
    else say('\nEverything equals what the file says.');
    return comparison.equal && asExpected;
  } finally {
    await platform.stop();
  }
}

function runningPlatform(url: string, home: string) {
  const { sql, close } = reachDatabases(home);
  return { url, metricsUrls: new Map([['platform', url]]), sql, stop: close };
}

function memoryTable(before: Sample, after: Sample, samples: readonly Sample[]): string {
  const rows = [...before.keys()].map((name) => [
    name,
    before.get(name)!.toFixed(0),
    after.get(name)!.toFixed(0),
    Math.max(...samples.map((sample) => sample.get(name)!)).toFixed(0),
  ]);
  return table(['memory in MB (resident)', 'before', 'after', 'most'], rows);
}

process.exitCode = (await main()) ? 0 : 1;
