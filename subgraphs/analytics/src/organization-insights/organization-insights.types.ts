import { Directive, Field, Float, ID, Int, ObjectType } from 'type-graphql';

@Directive('@key(fields: "id")')
@ObjectType({ description: 'An organization; here with its figures.' })
export class Organization {
  @Field(() => ID, { description: 'Id of the organization.' })
  id!: string;
}

@ObjectType({
  description: 'The figures of an organization, counted from events; a few moments behind at most.',
})
export class OrganizationInsights {
  @Field(() => Int, { description: 'Courses ever published.' })
  publishedCourses!: number;

  @Field(() => Int, { description: 'Different people ever enrolled in a course.' })
  learners!: number;

  @Field(() => Int, { description: 'Enrollments ever made, withdrawn ones included.' })
  enrollments!: number;

  @Field(() => Int, { description: 'Courses completed, each learner and course once.' })
  completions!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Completions in percent of enrollments, 0–100; null before the first enrollment.',
  })
  completionRate!: number | null;
}
