import { DateTime } from '@lyceum/platform/scalars';
import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'One header of an HTTP request.' })
export class HttpHeader {
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => String, { description: 'Its value.' })
  value!: string;
}

@ObjectType({
  description:
    'Where to put the bytes of a file: make one HTTP request with `method` to `url` with `headers`, and the bytes as its body. It answers 204, 403 when the address has expired, 409 when bytes were put there before, 400 when they are not as many as was said.',
})
export class Upload {
  @Field(() => ID, { description: 'For what is done with the file, such as `importCourse`.' })
  id!: string;

  @Field(() => String, {
    description:
      'Signed address, good for one upload; no other credentials are needed. When it starts with a slash it is relative to the address of this API.',
  })
  url!: string;

  @Field(() => String, { description: 'The HTTP method, `PUT`.' })
  method!: string;

  @Field(() => [HttpHeader], { description: 'Headers that the request must carry.' })
  headers!: HttpHeader[];

  @Field(() => DateTime, { description: 'When the address stops working.' })
  expiresAt!: Date;
}

@InputType({ description: 'The file that is going to be uploaded.' })
export class CreateUploadInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'The course it is for. With it course:edit of that course is enough to `addMedia`.',
  })
  courseId?: string | null;

  @Field(() => String, { description: 'Its name, 1–255 characters.' })
  filename!: string;

  @Field(() => String, { description: 'Its media type, such as `application/gzip`.' })
  contentType!: string;

  @Field(() => Int, {
    description: 'Its size in bytes, exactly; at most 512 MiB unless set up otherwise.',
  })
  byteLength!: number;
}
