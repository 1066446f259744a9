import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '@lyceum/platform/scalars';
import type { TopicProgress as TopicProgressRow } from '../../generated/prisma/client.js';
import type { State } from '../completion/completion.rules.js';
import { User } from '../certificate/user.reference.js';
import { Topic } from './topic.reference.js';

export const CompletionState: Record<State, State> = {
  INCOMPLETE: 'INCOMPLETE',
  COMPLETE: 'COMPLETE',
  COMPLETE_PASS: 'COMPLETE_PASS',
};
registerEnumType(CompletionState, {
  name: 'CompletionState',
  description: 'Whether something to be learned is done. It never goes back.',
  valuesConfig: {
    INCOMPLETE: { description: 'Not done, or not begun.' },
    COMPLETE: { description: 'Done.' },
    COMPLETE_PASS: {
      description: 'Done by passing its quizzes, each of which has to be passed; topics only.',
    },
  },
});

@ObjectType({ description: "A learner's progress in one topic." })
export class TopicProgress {
  @Field(() => Topic, { description: 'The topic.' })
  topic!: Topic;

  @Field(() => CompletionState, {
    description:
      "Whether it is complete: by the topic's completion rule, or because staff completed it for the learner.",
  })
  state!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was completed; null until then.' })
  completedAt!: Date | null;

  @Field(() => User, {
    nullable: true,
    description:
      "Member of the course's staff who completed the topic for the learner (`completeTopicFor`); null when the learner's own work completed it, and until it is complete.",
  })
  completedBy!: User | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Reason that was given for completing the topic for the learner, as plain text; null when `completedBy` is.',
  })
  completionReason!: string | null;

  @Field(() => Int, { description: 'How often the topic or one of its blocks was opened.' })
  views!: number;

  @Field(() => Int, { description: 'Interactions of every kind, views included.' })
  interactions!: number;

  @Field(() => Int, { description: 'Seconds spent.' })
  durationSeconds!: number;

  @Field(() => [ID], { description: 'Blocks that were opened, in no order.' })
  seenBlockIds!: string[];

  @Field(() => DateTime, { nullable: true, description: 'First activity; null before any.' })
  firstAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Latest activity; null before any.' })
  lastAt!: Date | null;
}

/** Topics without a row have not been touched yet. */
export function topicProgressOf(
  topicId: string,
  row: { [K in keyof TopicProgressRow]?: TopicProgressRow[K] | null } | undefined,
): TopicProgress {
  return {
    topic: { id: topicId },
    state: row?.state ?? 'INCOMPLETE',
    completedAt: row?.completedAt ?? null,
    completedBy: row?.completedBy ? { id: row.completedBy } : null,
    completionReason: row?.completionReason ?? null,
    views: row?.views ?? 0,
    interactions: row?.interactions ?? 0,
    durationSeconds: row?.durationSeconds ?? 0,
    seenBlockIds: row?.seenBlockIds ?? [],
    firstAt: row?.firstAt ?? null,
    lastAt: row?.lastAt ?? null,
  };
}
