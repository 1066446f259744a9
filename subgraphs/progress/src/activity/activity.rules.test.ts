import { describe, expect, it } from '@jest/globals';
import { newId } from '@lyceum/platform/ids';
import { outlineOf } from '../course-structure/course-outline.rules.js';
import { ACTIVITY_KINDS, rejectionOf, type ActivityKind } from './activity.rules.js';

const RULES = ['VIEW', 'QUIZ_SCORE', 'MANUAL'] as const;
const BLOCKS = ['PAGE', 'VIDEO', 'LINK', 'DOCUMENT', 'QUIZ'] as const;
const NOW = new Date('2026-03-01T08:30:00Z');

const quiz = { passingPercent: 50, attemptsAllowed: 1, questions: [] };
const topicOf = (rule: (typeof RULES)[number], kinds: readonly (typeof BLOCKS)[number][]) => ({
  id: newId(),
  title: rule,
  completionRule: rule,
  blocks: kinds.map((kind) => ({
    ...{ id: newId(), kind, title: kind },
    quiz: kind === 'QUIZ' ? quiz : null,
  })),
});
function verdict(topic: ReturnType<typeof topicOf>, blockId: string | null, kind: ActivityKind) {
  const lesson = { id: newId(), title: '', topics: [topic] };
  const module = { id: newId(), title: '', lessons: [lesson] };
  const outline = outlineOf(newId(), 1, '', { modules: [module] });
  return rejectionOf(
    {
      ...{ id: newId(), enrollmentId: newId(), topicId: topic.id, blockId, kind },
      ...{ occurredAt: NOW, count: 1, durationSeconds: 0 },
    },
    { withdrawnAt: null },
    outline,
    NOW,
  );
}

describe('every kind of activity, with every block of a topic of every rule', () => {
  it('is recorded, but for what claims to complete that which no report completes', () => {
    const rejected: string[] = [];
    for (const rule of RULES) {
      const topic = topicOf(rule, BLOCKS);
      for (const kind of ACTIVITY_KINDS) {
        const targets = [null, ...topic.blocks];
        for (const block of targets) {
          const code = verdict(topic, block?.id ?? null, kind);
          if (code) rejected.push(`${code}: ${kind} of ${block?.kind ?? 'topic'} by ${rule}`);
        }
      }
    }
    expect(rejected).toEqual(
      ['QUIZ_SCORE', 'MANUAL'].flatMap((rule) =>
        ['topic', 'QUIZ'].map(
          (target) => `NOT_COMPLETED_BY_ACTIVITY: COMPLETED of ${target} by ${rule}`,
        ),
      ),
    );
  });

  it('completes a topic by its quizzes that has none, as viewing does', () => {
    const topic = topicOf('QUIZ_SCORE', ['PAGE']);
    expect(verdict(topic, null, 'COMPLETED')).toBeNull();
  });
});
