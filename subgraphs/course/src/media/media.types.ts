import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

@ObjectType({
  description: 'A file of the organization, for blocks to refer to as `media:<id>`.',
})
export class Media {
  @Field(() => ID, { description: 'What stands after `media:`. Equal files have the same id.' })
  id!: string;

  @Field(() => String, { description: 'Its name; of equal files that of the first.' })
  filename!: string;

  @Field(() => String, { description: 'Its media type, such as `application/pdf`.' })
  contentType!: string;

  @Field(() => Int, { description: 'Its size in bytes.' })
  byteLength!: number;
}

@InputType({ description: 'The upload that becomes a file of the organization.' })
export class AddMediaInput {
  @Field(() => ID, { description: 'From `createUpload`; its bytes must have been put.' })
  uploadId!: string;
}
