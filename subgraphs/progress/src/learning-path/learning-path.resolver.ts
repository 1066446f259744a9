import type { RequestContext } from '@lyceum/platform/context';
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { LearningPathLoaders } from './learning-path.loaders.js';
import { LearningPath, LearningPathProgress } from './learning-path.types.js';

@Resolver(() => LearningPath)
export class LearningPathResolver {
  constructor(private readonly loaders: LearningPathLoaders) {}

  @FieldResolver(() => LearningPathProgress, {
    nullable: true,
    description: "The viewer's own progress in this path; null when they have not joined it.",
  })
  async progress(
    @Root() path: LearningPath,
    @Ctx() context: RequestContext,
  ): Promise<LearningPathProgress | null> {
    if (context.viewer.kind !== 'person') return null;
    return context.loader(this.loaders.mine).load(path.id);
  }
}
