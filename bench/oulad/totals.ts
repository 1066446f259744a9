import type { Learner } from './cohort.js';
import { PASSING_PERCENT, type ReplayCourse } from './course.js';
import { CRITERIA, criteriaMet } from './criteria.rules.js';
import { dateOf, type ClickRow, type Dataset } from './dataset.js';

/** Sums by key: learners, topics, days, or two of them joined by a space. */
export type Sums = Map<string, number>;

export const MEASURES = {
  rowsPerLearner: 'rows per learner',
  rowsPerTopic: 'rows per topic',
  rowsPerDay: 'rows per day',
  clicksPerLearner: 'clicks per learner',
  clicksPerTopic: 'clicks per topic',
  clicksPerDay: 'clicks per day',
  clicksPerLearnerAndDay: 'clicks per learner and day',
  clicksPerTopicAndDay: 'clicks per topic and day',
  clicksPerLearnerAndTopic: 'clicks per learner and topic',
  activeDaysPerLearner: 'active days per learner',
  activeLearnersPerDay: 'active learners per day',
  topicsCompletedPerLearner: 'topics completed per learner',
  marks: 'marks (learner and assessment)',
  answersPerCriterion: 'answers per criterion',
  metPerCriterion: 'criteria met',
  withdrawals: 'withdrawals (learner and day)',
} as const;
export type Measure = keyof typeof MEASURES;
export type Totals = Record<Measure, Sums>;

export function add(sums: Sums, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}

export function emptyTotals(): Totals {
  return Object.fromEntries(
    Object.keys(MEASURES).map((measure) => [measure, new Map()]),
  ) as unknown as Totals;
}

/** Rows of days after the student had left: the platform refuses them, so no total has them. */
export function countsFor({ withdrawals }: Dataset, click: ClickRow): boolean {
  const left = withdrawals.get(click.student);
  return left === undefined || click.day <= left;
}

/** What the file says, by the platform's ids. */
export function totalsOfFile(
  dataset: Dataset,
  course: ReplayCourse,
  learners: ReadonlyMap<string, Learner>,
): Totals {
  const totals = emptyTotals();
  const completed = new Map<string, Set<string>>();
  const complete = (learner: string, topic: string): void => {
    const topics = completed.get(learner);
    if (topics) topics.add(topic);
    else completed.set(learner, new Set([topic]));
  };

  for (const click of dataset.clicks) {
    if (!countsFor(dataset, click)) continue;
    const learner = learners.get(click.student)!.userId;
    const topic = course.topicOf.get(click.site)!;
    const day = dateOf(click.day);
    add(totals.rowsPerLearner, learner, 1);
    add(totals.rowsPerTopic, topic, 1);
    add(totals.rowsPerDay, day, 1);
    add(totals.clicksPerLearner, learner, click.clicks);
    add(totals.clicksPerTopic, topic, click.clicks);
    add(totals.clicksPerDay, day, click.clicks);
    add(totals.clicksPerLearnerAndDay, `${learner} ${day}`, click.clicks);
    add(totals.clicksPerTopicAndDay, `${topic} ${day}`, click.clicks);
    add(totals.clicksPerLearnerAndTopic, `${learner} ${topic}`, click.clicks);
    complete(learner, topic);
  }
  for (const key of totals.clicksPerLearnerAndDay.keys()) {
    const [learner, day] = key.split(' ') as [string, string];
    add(totals.activeDaysPerLearner, learner, 1);
    add(totals.activeLearnersPerDay, day, 1);
  }

  for (const { student, assessment, score } of dataset.marks) {
    const learner = learners.get(student)!.userId;
    const { blockId, topicId, questionIds } = course.quizOf.get(assessment)!;
    totals.marks.set(`${learner} ${blockId}`, score ?? 0);
    if ((score ?? 0) >= PASSING_PERCENT) complete(learner, topicId);
    const met = score === null ? CRITERIA.map(() => false) : criteriaMet(score);
    for (const [place, questionId] of questionIds.entries()) {
      add(totals.answersPerCriterion, `${blockId} ${questionId}`, 1);
      add(totals.metPerCriterion, `${blockId} ${questionId}`, met[place] ? 1 : 0);
    }
  }
  for (const [learner, topics] of completed) {
    totals.topicsCompletedPerLearner.set(learner, topics.size);
  }
  for (const [student, day] of dataset.withdrawals) {
    totals.withdrawals.set(`${learners.get(student)!.userId} ${dateOf(day)}`, 1);
  }
  return totals;
}
