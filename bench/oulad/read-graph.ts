import { inParallel } from '../in-parallel.js';
import type { Session } from '../session.js';
import type { Learner } from './cohort.js';
import { dateOf, type Dataset } from './dataset.js';
import { add, emptyTotals, type Totals } from './totals.js';

const ENROLLMENT = `query ($id: ID!) { enrollment(id: $id) {
  withdrawnAt
  activityTotals { interactions topics { topic { id } interactions } days { date interactions } }
  progress { completedTopics }
  learner { id engagement { activeDays interactions } } } }`;
const INSIGHTS = `query ($id: ID!, $from: LocalDate!, $to: LocalDate!) { course(id: $id) { insights {
  topics { topic { id } interactions }
  activityByDay(from: $from, to: $to) { day activeLearners interactions }
  questions { blockId questionId answers correct } } } }`;

interface EnrollmentAnswer {
  enrollment: {
    withdrawnAt: string | null;
    activityTotals: {
      interactions: number;
      topics: { topic: { id: string }; interactions: number }[];
      days: { date: string; interactions: number }[];
    };
    progress: { completedTopics: number };
    learner: { id: string; engagement: { activeDays: number; interactions: number } };
  };
}

interface InsightsAnswer {
  course: {
    insights: {
      topics: { topic: { id: string }; interactions: number }[];
      activityByDay: { day: string; activeLearners: number; interactions: number }[];
      questions: { blockId: string; questionId: string; answers: number; correct: number }[];
    };
  };
}

const READERS = 4;

/** The totals as the graph shows them to staff: of progress, and of analytics. Zeros are left out. */
export async function readGraph(
  administrator: Session,
  courseId: string,
  learners: ReadonlyMap<string, Learner>,
  dataset: Dataset,
): Promise<{ progress: Totals; analytics: Totals }> {
  const progress = emptyTotals();
  const analytics = emptyTotals();
  await inParallel(learners.values(), READERS, async ({ enrollmentId }) => {
    const { enrollment } = await administrator.request<EnrollmentAnswer>(ENROLLMENT, {
      id: enrollmentId,
    });
    const { activityTotals, learner } = enrollment;
    const set = (sums: Map<string, number>, key: string, value: number) => {
      if (value !== 0) add(sums, key, value);
    };
    set(progress.clicksPerLearner, learner.id, activityTotals.interactions);
    for (const { topic, interactions } of activityTotals.topics) {
      set(progress.clicksPerTopic, topic.id, interactions);
      set(progress.clicksPerLearnerAndTopic, `${learner.id} ${topic.id}`, interactions);
    }
    for (const { date, interactions } of activityTotals.days) {
      set(progress.clicksPerDay, date, interactions);
      set(progress.clicksPerLearnerAndDay, `${learner.id} ${date}`, interactions);
      add(progress.activeDaysPerLearner, learner.id, 1);
      add(progress.activeLearnersPerDay, date, 1);
    }
    set(progress.topicsCompletedPerLearner, learner.id, enrollment.progress.completedTopics);
    set(analytics.clicksPerLearner, learner.id, learner.engagement.interactions);
    set(analytics.activeDaysPerLearner, learner.id, learner.engagement.activeDays);
  });

  const { course } = await administrator.request<InsightsAnswer>(INSIGHTS, {
    id: courseId,
    from: dateOf(dataset.clicks[0]!.day),
    to: dateOf(dataset.clicks.at(-1)!.day),
  });
  const { topics, activityByDay, questions } = course.insights;
  for (const { topic, interactions } of topics) {
    analytics.clicksPerTopic.set(topic.id, interactions);
  }
  for (const { day, interactions, activeLearners } of activityByDay) {
    if (activeLearners === 0) continue;
    analytics.clicksPerDay.set(day, interactions);
    analytics.activeLearnersPerDay.set(day, activeLearners);
  }
  for (const { blockId, questionId, answers, correct } of questions) {
    analytics.answersPerCriterion.set(`${blockId} ${questionId}`, answers);
    analytics.metPerCriterion.set(`${blockId} ${questionId}`, correct);
  }
  return { progress, analytics };
}
