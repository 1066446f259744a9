import { setTimeout as pause } from 'node:timers/promises';
import type { MeasuredPlatform } from '../platform.js';
import type { Session } from '../session.js';
import type { Learner } from './cohort.js';
import type { ReplayCourse } from './course.js';
import { criteriaMet } from './criteria.rules.js';
import { endOf, noonOf, type ClickRow, type Dataset, type MarkRow } from './dataset.js';

export const MOST_IN_A_BATCH = 500;

export interface ReplayOutcome {
  accepted: number;
  duplicates: number;
  /** How many the platform refused, by its reason. */
  readonly rejected: Map<string, number>;
  marks: number;
  withdrawals: number;
  batches: number;
}

export interface ReplayOptions {
  readonly platform: Pick<MeasuredPlatform, 'sql'>;
  readonly administrator: Session;
  readonly course: ReplayCourse;
  readonly learners: ReadonlyMap<string, Learner>;
  readonly dataset: Dataset;
  /** How many batches are on their way at a time. */
  readonly lanes: number;
  readonly onRows: (rows: number) => void;
}

const RECORD = `mutation ($inputs: [ActivityInput!]!) { recordActivities(inputs: $inputs) {
  accepted duplicates rejected { code } } }`;
const SUBMIT = `mutation ($input: SubmitAnswerInput!) { submitAnswer(input: $input) { score } }`;
const WITHDRAW = `mutation ($enrollmentId: ID!, $leftAt: DateTime) {
  withdrawFromCourse(enrollmentId: $enrollmentId, leftAt: $leftAt) { status } }`;

interface Receipt {
  accepted: number;
  duplicates: number;
  rejected: { code: string }[];
}

/**
 * Replays what happened, as an external tool reports it: clicks in batches, marks, and withdrawals.
 *
 * Each student belongs to one lane, and each lane goes through its students' days in order: nothing
 * of one student is ever out of order, while lanes send side by side. A withdrawal is an event for
 * the service that records activity; the lane waits until it has arrived there, as the days between
 * a withdrawal and the next click did in truth.
 */
export async function replay(options: ReplayOptions): Promise<ReplayOutcome> {
  const outcome: ReplayOutcome = {
    accepted: 0,
    duplicates: 0,
    rejected: new Map(),
    marks: 0,
    withdrawals: 0,
    batches: 0,
  };
  const laneOf = new Map(
    options.dataset.students.map((student, place) => [student, place % options.lanes]),
  );
  const lanes = Array.from({ length: options.lanes }, (_, lane) =>
    new Lane(options, outcome, (student) => laneOf.get(student) === lane).run(),
  );
  await Promise.all(lanes);
  return outcome;
}

class Lane {
  #clicks: ClickRow[] = [];
  #marks: MarkRow[] = [];

  constructor(
    private readonly options: ReplayOptions,
    private readonly outcome: ReplayOutcome,
    private readonly mine: (student: string) => boolean,
  ) {}

  async run(): Promise<void> {
    const { dataset } = this.options;
    const clicks = byDay(dataset.clicks.filter(({ student }) => this.mine(student)));
    const marks = byDay(dataset.marks.filter(({ student }) => this.mine(student)));
    const leaving = byDay(
      [...dataset.withdrawals]
        .filter(([student]) => this.mine(student))
        .map(([student, day]) => ({ student, day })),
    );
    const days = new Set([...clicks.keys(), ...marks.keys(), ...leaving.keys()]);
    for (const day of [...days].toSorted((a, b) => a - b)) {
      for (const click of clicks.get(day) ?? []) {
        this.#clicks.push(click);
        if (this.#clicks.length === MOST_IN_A_BATCH) await this.#send();
      }
      this.#marks.push(...(marks.get(day) ?? []));
      const gone = leaving.get(day);
      if (!gone) continue;
      await this.#send();
      for (const { student } of gone) await this.#withdraw(student, day);
    }
    await this.#send();
  }

  /** Sends what has gathered; with the same ids again where no answer came. */
  async #send(): Promise<void> {
    const { administrator, course, learners, onRows } = this.options;
    const clicks = this.#clicks.splice(0);
    const marks = this.#marks.splice(0);
    if (clicks.length > 0) {
      const inputs = clicks.map((click) => ({
        id: click.id,
        enrollmentId: learners.get(click.student)!.enrollmentId,
        topicId: course.topicOf.get(click.site),
        kind: 'VIEWED',
        occurredAt: noonOf(click.day),
        count: click.clicks,
      }));
      const { recordActivities: receipt } = await administrator.persist<{
        recordActivities: Receipt;
      }>(RECORD, { inputs });
      this.outcome.batches += 1;
      this.outcome.accepted += receipt.accepted;
      this.outcome.duplicates += receipt.duplicates;
      for (const { code } of receipt.rejected) {
        this.outcome.rejected.set(code, (this.outcome.rejected.get(code) ?? 0) + 1);
      }
      onRows(clicks.length);
    }
    for (const mark of marks) await this.#mark(mark);
  }

  /** The mark as the criteria that were met; the platform marks it and adds the points up. */
  async #mark(mark: MarkRow): Promise<void> {
    const { administrator, course, learners } = this.options;
    const { blockId, questionIds } = course.quizOf.get(mark.assessment)!;
    const met = mark.score === null ? null : criteriaMet(mark.score);
    await administrator.persist(SUBMIT, {
      input: {
        enrollmentId: learners.get(mark.student)!.enrollmentId,
        blockId,
        submissionId: mark.id,
        answers: (met ?? []).map((isMet, place) => ({
          questionId: questionIds[place],
          choiceIds: [isMet ? 'met' : 'missed'],
        })),
      },
    });
    this.outcome.marks += 1;
  }

  async #withdraw(student: string, day: number): Promise<void> {
    const { administrator, learners, platform } = this.options;
    const { enrollmentId } = learners.get(student)!;
    await administrator.persist(WITHDRAW, { enrollmentId, leftAt: endOf(day) });
    this.outcome.withdrawals += 1;
    const deadline = Date.now() + 60_000;
    for (;;) {
      const [row] = await platform.sql<{ known: boolean }>(
        'progress',
        'SELECT withdrawn_at IS NOT NULL AS known FROM course_progress WHERE id = $1',
        [enrollmentId],
      );
      if (row?.known) return;
      if (Date.now() > deadline) throw new Error('A withdrawal did not arrive within a minute');
      await pause(10);
    }
  }
}

function byDay<T extends { day: number }>(rows: readonly T[]): Map<number, T[]> {
  const days = new Map<number, T[]>();
  for (const row of rows) {
    const known = days.get(row.day);
    if (known) known.push(row);
    else days.set(row.day, [row]);
  }
  return days;
}
