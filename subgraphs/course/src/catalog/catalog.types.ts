import { connectionOf, type Page } from '@lyceum/platform/pagination';
import { Directive, Field, Int, ObjectType } from 'type-graphql';
import { Course } from '../course/course.types.js';

@ObjectType({ description: 'A value of a facet and how many courses have it.' })
export class FacetCount {
  @Field(() => String, { description: 'The value.' })
  value!: string;

  @Field(() => Int, { description: 'How many courses of the result have it.' })
  count!: number;
}

@ObjectType({
  description:
    'What the result can be narrowed by, most frequent first. Each facet counts as if it were not itself chosen, so that its other values stay on offer.',
})
export class CourseFacets {
  @Field(() => [FacetCount], { description: 'Languages, BCP 47.' })
  languages!: FacetCount[];

  @Field(() => [FacetCount], { description: 'Categories.' })
  categories!: FacetCount[];

  @Directive('@listSize(assumedSize: 50)')
  @Field(() => [FacetCount], { description: 'Tags, the 50 most frequent.' })
  tags!: FacetCount[];
}

export const CourseConnection = connectionOf('Course', () => Course);

/** What a list of courses is a list of; the connection counts by it when asked to. */
export interface CourseFilter {
  search: string | null;
  language: string | null;
  category: string | null;
  tags: readonly string[];
  /** Only courses in which this person has a role; null for all. */
  staffedBy: string | null;
  /** Only what is published, as in the catalogue; else every course that the viewer can see. */
  publishedOnly: boolean;
}

export interface CoursePage<T> extends Page<T> {
  filter: CourseFilter;
}
