import { DateTime } from '@lyceum/platform/scalars';
import { Directive, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { CourseStatus } from '../../generated/prisma/enums.js';

registerEnumType(CourseStatus, {
  name: 'CourseStatus',
  description: 'Where a course stands as a whole.',
  valuesConfig: {
    DRAFT: { description: 'Never published: only those who edit it see it.' },
    PUBLISHED: { description: 'In the catalogue, open for enrollment.' },
    ARCHIVED: { description: 'Takes nobody in any more; those who take part keep it.' },
  },
});
export { CourseStatus };

@Directive('@key(fields: "id")')
@ObjectType({ description: 'What is taught: modules of lessons of topics, in versions.' })
export class Course {
  @Field(() => ID, { description: 'Stable for ever.' })
  id!: string;

  @Field(() => String, {
    description: 'Readable name in addresses, unique within the organization.',
  })
  slug!: string;

  @Field(() => String, { description: 'Title, up to 300 characters.' })
  title!: string;

  @Field(() => String, { description: 'What it is about, plain text; may be empty.' })
  summary!: string;

  @Field(() => String, { description: 'Language it is taught in, BCP 47, such as `en`.' })
  language!: string;

  @Field(() => String, { nullable: true, description: 'Field of knowledge; null when not sorted.' })
  category!: string | null;

  @Field(() => [String], { description: 'Keywords, at most 20.' })
  tags!: string[];

  @Field(() => CourseStatus, { description: 'Where the course stands.' })
  status!: CourseStatus;

  @Field(() => Int, {
    name: 'publishedVersion',
    nullable: true,
    description: 'Number of the version that learners see; null before the first publication.',
  })
  publishedVersionNumber!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When that version was published; null before the first publication.',
  })
  publishedAt!: Date | null;

  @Field(() => Int, { nullable: true, description: 'How many may take part; null for no limit.' })
  capacity!: number | null;

  @Field(() => Boolean, {
    description:
      'Whether enrolling takes an entitlement, which a paid order gives. See `Course.offers`.',
  })
  paymentRequired!: boolean;

  @Field(() => DateTime, { description: 'When the course was created.' })
  createdAt!: Date;
}

@InputType({ description: 'A new course. Its draft is empty.' })
export class CreateCourseInput {
  @Field(() => String, { description: 'Title, 1–300 characters.' })
  title!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Lower case words joined by hyphens, at most 80 characters; made from the title when absent. CONFLICT (SLUG_TAKEN) when another course has it.',
  })
  slug?: string | null;

  @Field(() => String, { nullable: true, description: 'Plain text, at most 5,000 characters.' })
  summary?: string;

  @Field(() => String, { nullable: true, description: 'BCP 47; `en` unless told.' })
  language?: string;

  @Field(() => String, { nullable: true, description: 'At most 100 characters; null for none.' })
  category?: string | null;

  @Field(() => [String], { nullable: true, description: 'At most 20, each 1–50 characters.' })
  tags?: string[];

  @Field(() => Int, { nullable: true, description: 'How many may take part; null for no limit.' })
  capacity?: number | null;
}

@InputType({ description: 'Changes to what is said of a course. What is absent stays as it is.' })
export class UpdateCourseInput {
  @Field(() => ID, { description: 'The course.' })
  courseId!: string;

  @Field(() => String, { nullable: true, description: 'Title, 1–300 characters.' })
  title?: string;

  @Field(() => String, {
    nullable: true,
    description: 'See `CreateCourseInput.slug`; links to the old one end.',
  })
  slug?: string;

  @Field(() => String, { nullable: true, description: 'Plain text, at most 5,000 characters.' })
  summary?: string;

  @Field(() => String, { nullable: true, description: 'BCP 47.' })
  language?: string;

  @Field(() => String, { nullable: true, description: 'null takes it away.' })
  category?: string | null;

  @Field(() => [String], { nullable: true, description: 'All tags, in place of those there are.' })
  tags?: string[];

  @Field(() => Int, {
    nullable: true,
    description:
      'null for no limit. Raising it lets in those who wait; lowering it sends nobody away.',
  })
  capacity?: number | null;
}

/** The part of a row of the published versions that the publish log shows. */
@ObjectType({ description: 'An entry of the publish log.' })
export class CourseVersion {
  @Field(() => ID, { description: 'Id of the version.' })
  id!: string;

  @Field(() => Int, { description: '1 for the first, then counting up.' })
  number!: number;

  @Field(() => DateTime, { description: 'When it was published.' })
  publishedAt!: Date;

  @Field(() => String, {
    nullable: true,
    description: 'What changed, in the words of who published it; null when they said nothing.',
  })
  notes!: string | null;
}
