import type { RequestContext } from '@lyceum/platform/context';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Media as MediaRow } from '../../generated/prisma/client.js';
import type { MediaUrl } from '../content/media-url.js';
import type { MediaLibrary } from './media-library.js';
import { AddMediaInput, Media } from './media.types.js';

@Resolver(() => Media)
export class MediaResolver {
  constructor(
    private readonly library: MediaLibrary,
    private readonly urlOf: MediaUrl,
  ) {}

  @Mutation(() => Media, {
    description:
      'Makes an uploaded file one of the organization, for blocks to refer to as `media:<id>`. Takes course:create, or course:edit of the course that it was uploaded for. NOT_FOUND when it is no upload of yours; CONFLICT with reason UPLOAD_PENDING when its bytes are not there yet, UPLOAD_USED when it was used for something else. Asking again gives the same file.',
  })
  addMedia(
    @Arg('input', () => AddMediaInput, { description: 'The upload.' }) input: AddMediaInput,
    @Ctx() context: RequestContext,
  ): Promise<MediaRow> {
    const viewer = requireSignedIn(context.viewer);
    return this.library.add(viewer, input.uploadId);
  }

  @FieldResolver(() => String, {
    description:
      'Where it can be fetched for some hours. When it starts with a slash it is relative to the address of this API.',
  })
  url(@Root() { id, organizationId }: MediaRow): string {
    return this.urlOf(id, organizationId);
  }
}
