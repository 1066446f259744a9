import type { RequestContext } from '@lyceum/platform/context';
import { parseInput } from '@lyceum/platform/input';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { newUpload, type UploadService } from './upload.service.js';
import { CreateUploadInput, Upload } from './upload.types.js';

@Resolver(() => Upload)
export class UploadResolver {
  constructor(private readonly uploads: UploadService) {}

  @Mutation(() => Upload, {
    description:
      'Announces a file and gives the address to put it at. Takes course:edit of the course it is for, or course:create when it is for none. CONFLICT with reason TOO_MANY_UPLOADS when ten uploads of yours are still unused; those expire by themselves.',
  })
  createUpload(
    @Arg('input', () => CreateUploadInput, { description: 'The file.' }) input: CreateUploadInput,
    @Ctx() context: RequestContext,
  ): Promise<Upload> {
    const viewer = requireSignedIn(context.viewer);
    return this.uploads.create(viewer, parseInput(newUpload, input));
  }
}
