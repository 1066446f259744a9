import type { RequestContext } from '@lyceum/platform/context';
import { isId } from '@lyceum/platform/ids';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { TopicProgressLoaders } from './topic-progress.loaders.js';
import { TopicProgress } from './topic-progress.types.js';
import { Topic } from './topic.reference.js';

@Resolver(() => Topic)
export class TopicProgressResolver {
  constructor(private readonly loaders: TopicProgressLoaders) {}

  @FieldResolver(() => TopicProgress, {
    nullable: true,
    description:
      "The viewer's own progress in this topic; null when not enrolled in its course, or not signed in.",
  })
  async myProgress(
    @Root() topic: Topic,
    @Ctx() context: RequestContext,
  ): Promise<TopicProgress | null> {
    if (context.viewer.kind !== 'person' || !isId(topic.id)) return null;
    return context.loader(this.loaders.mine).load(topic.id);
  }
}
