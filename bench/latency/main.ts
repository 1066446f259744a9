import { parseArgs } from 'node:util';
import { percentile } from '../percentiles.js';
import { startMeasured, type Topology } from '../platform.js';
import { progressLine, say } from '../progress-line.js';
import { enroll, foundSchool, join, publishPages } from '../school.js';
import type { Session } from '../session.js';
import { table } from '../table.js';

const USAGE = `npm run bench:latency [-- options]
  --topology standalone|distributed|both   which platform to start (both)
  --events N                               how many mutations (200)`;

/** Milliseconds, at the 95th percentile. */
const TARGETS: Record<Topology, number> = { standalone: 100, distributed: 250 };
const WARM_UP = 20;
const PATIENCE_MS = 10_000;

const VIEW = `mutation ($input: ActivityInput!) { recordActivity(input: $input) { accepted } }`;
const LEARNERS_OWN = `subscription ($courseId: ID!) { courseProgressUpdated(courseId: $courseId) {
  percent completedTopics totalTopics nextTopic { title } } }`;
const INSTRUCTORS = `subscription ($courseId: ID!) { courseActivity(courseId: $courseId) {
  kind learner { name } progress { percent completedTopics } } }`;

/** Hands over numbers as they come, to whoever waits for them. */
class Arrivals {
  readonly #times = new Map<number, number>();
  readonly #waiting = new Map<number, (time: number) => void>();

  came(number: number): void {
    const time = performance.now();
    if (this.#times.has(number)) return;
    this.#times.set(number, time);
    this.#waiting.get(number)?.(time);
  }

  async wait(number: number): Promise<number> {
    const time = this.#times.get(number);
    if (time !== undefined) return time;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`No message came within ${PATIENCE_MS} ms`)),
        PATIENCE_MS,
      );
      this.#waiting.set(number, (came) => {
        clearTimeout(timer);
        resolve(came);
      });
    });
  }
}

interface Latencies {
  mutation: number[];
  learner: number[];
  instructor: number[];
}

/** A learner views page after page; each completes a topic, which two subscribers are told of. */
async function measure(topology: Topology, events: number): Promise<Latencies> {
  const platform = await startMeasured(topology);
  const sessions: Session[] = [];
  try {
    const { instructor, slug } = await foundSchool(platform.url, 'latency');
    const pages = events + WARM_UP;
    const { courseId, topicIds } = await publishPages(
      instructor,
      'Page after page',
      pages,
      progressLine(`${topology}: pages built`),
    );
    const learner = await join(platform.url, slug, 'learner');
    sessions.push(instructor, learner);
    const enrollmentId = await enroll(learner, courseId);

    const own = new Arrivals();
    const staff = new Arrivals();
    const fail = (error: unknown) => say(`  subscription: ${String(error)}`);
    learner.client.subscribe<{ courseProgressUpdated: { completedTopics: number } }>(
      LEARNERS_OWN,
      { courseId },
      ({ courseProgressUpdated }) => own.came(courseProgressUpdated.completedTopics),
      fail,
    );
    instructor.client.subscribe<{
      courseActivity: { kind: string; progress: { completedTopics: number } };
    }>(
      INSTRUCTORS,
      { courseId },
      ({ courseActivity: { kind, progress } }) => {
        if (kind === 'PROGRESSED') staff.came(progress.completedTopics);
      },
      fail,
    );
    await learner.client.listening();
    await instructor.client.listening();

    const latencies: Latencies = { mutation: [], learner: [], instructor: [] };
    for (const [place, topicId] of topicIds.entries()) {
      const begun = performance.now();
      await learner.request(VIEW, {
        input: {
          id: crypto.randomUUID(),
          enrollmentId,
          topicId,
          kind: 'VIEWED',
          occurredAt: new Date().toISOString(),
        },
      });
      const answered = performance.now();
      const [learnerTold, instructorTold] = await Promise.all([
        own.wait(place + 1),
        staff.wait(place + 1),
      ]);
      if (place < WARM_UP) continue;
      latencies.mutation.push(answered - begun);
      latencies.learner.push(learnerTold - begun);
      latencies.instructor.push(instructorTold - begun);
    }
    return latencies;
  } finally {
    await Promise.all(sessions.map((session) => session.client.close()));
    await platform.stop();
  }
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      topology: { type: 'string', default: 'both' },
      events: { type: 'string', default: '200' },
      help: { type: 'boolean', default: false },
    },
  });
  const topologies: Topology[] =
    values.topology === 'both'
      ? ['standalone', 'distributed']
      : values.topology === 'standalone' || values.topology === 'distributed'
        ? [values.topology]
        : [];
  if (values.help || topologies.length === 0) {
    say(USAGE);
    return values.help;
  }
  const rows: string[][] = [];
  let met = true;
  for (const topology of topologies) {
    const { mutation, learner, instructor } = await measure(topology, Number(values.events));
    const row = (what: string, times: number[], target: string) => [
      `${topology}: ${what}`,
      ...[percentile(times, 50), percentile(times, 95), Math.max(...times)].map((ms) =>
        ms.toFixed(1),
      ),
      target,
    ];
    const target = TARGETS[topology];
    const reached = [learner, instructor].every((times) => percentile(times, 95) < target);
    met &&= reached;
    rows.push(
      row("the mutation's own answer", mutation, ''),
      row("to the learner's subscription", learner, `p95 < ${target}`),
      row("to the instructor's subscription", instructor, `p95 < ${target}`),
    );
  }
  say(`\n${table(['milliseconds from the mutation', 'p50', 'p95', 'max', 'target'], rows)}`);
  say(met ? '\nThe targets are met.' : '\nA target is MISSED.');
  return met;
}

process.exitCode = (await main()) ? 0 : 1;
