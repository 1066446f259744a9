import type { RequestContext } from '@lyceum/platform/context';
import { PageArgs } from '@lyceum/platform/pagination';
import { requireSignedIn } from '@lyceum/platform/permissions';
import {
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Course as CourseRow } from '../../generated/prisma/client.js';
import type { CatalogService } from './catalog.service.js';
import {
  CourseConnection,
  CourseFacets,
  type CourseFilter,
  type CoursePage,
} from './catalog.types.js';

@ArgsType()
class CatalogArgs extends PageArgs {
  @Field(() => String, {
    nullable: true,
    description:
      'Words in title, tags, category and summary, at most 200 characters. `"exact phrase"`, `or` and `-not` work as in web searches; the last word may be unfinished. Ordered by relevance then, newest first otherwise.',
  })
  search?: string | null;

  @Field(() => String, { nullable: true, description: 'Only courses in this language, BCP 47.' })
  language?: string | null;

  @Field(() => String, { nullable: true, description: 'Only courses of this category.' })
  category?: string | null;

  @Field(() => [String], { nullable: true, description: 'Only courses with all of these tags.' })
  tags?: string[] | null;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: 'A tenant: its people and courses are its own.' })
export class Organization {
  @Field(() => ID, { description: 'Id of the organization.' })
  id!: string;
}

@Resolver(() => CourseConnection)
export class CatalogResolver {
  constructor(private readonly catalogs: CatalogService) {}

  @Query(() => CourseConnection, {
    description: "The published courses of the viewer's organization.",
  })
  catalog(
    @Args(() => CatalogArgs) args: CatalogArgs,
    @Ctx() { viewer }: RequestContext,
  ): Promise<CoursePage<CourseRow>> {
    return this.catalogs.find(requireSignedIn(viewer), filterOf(args, true), args);
  }

  @FieldResolver(() => Int, { description: 'How many there are on all pages.' })
  totalCount(@Root() page: CoursePage<CourseRow>, @Ctx() { viewer }: RequestContext) {
    return this.catalogs.total(requireSignedIn(viewer), page.filter);
  }

  @Directive('@cost(weight: 10)')
  @FieldResolver(() => CourseFacets, { description: 'What the list can be narrowed by.' })
  facets(@Root() page: CoursePage<CourseRow>, @Ctx() { viewer }: RequestContext) {
    return this.catalogs.facets(requireSignedIn(viewer), page.filter);
  }
}

@Resolver(() => Organization)
export class OrganizationCourseResolver {
  constructor(private readonly catalogs: CatalogService) {}

  @FieldResolver(() => CourseConnection, {
    description:
      'Its courses: those of the catalogue, and drafts and archived ones too where the viewer has a role in them or oversees all courses. Empty for a person without any role.',
  })
  courses(
    @Root() _organization: Organization,
    @Args(() => CatalogArgs) args: CatalogArgs,
    @Ctx() context: RequestContext,
  ): Promise<CoursePage<CourseRow>> {
    const viewer = requireSignedIn(context.viewer);
    return this.catalogs.find(viewer, filterOf(args, false), args);
  }
}

function filterOf(args: CatalogArgs, publishedOnly: boolean): CourseFilter {
  return {
    // PostgreSQL's texts cannot hold the character 0.
    search: args.search?.replaceAll('\0', ' ') ?? null,
    language: args.language ?? null,
    category: args.category ?? null,
    tags: args.tags ?? [],
    staffedBy: null,
    publishedOnly,
  };
}
