import { importUpdated } from '@lyceum/events/course';
import type { RequestContext } from '@lyceum/platform/context';
import { FromEvent, skipEvent } from '@lyceum/platform/from-event';
import { requirePermission, requireSignedIn } from '@lyceum/platform/permissions';
import {
  Arg,
  Ctx,
  Directive,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { CourseImport as CourseImportRow } from '../../generated/prisma/client.js';
import type { CourseService } from '../course/course.service.js';
import { Course } from '../course/course.types.js';
import type { CourseImportService } from './course-import.service.js';
import { CourseImport, ImportCourseInput } from './course-import.types.js';

@Resolver(() => CourseImport)
export class CourseImportResolver {
  constructor(
    private readonly imports: CourseImportService,
    private readonly courses: CourseService,
  ) {}

  @Directive('@cost(weight: 100)')
  @Mutation(() => CourseImport, {
    description:
      'Turns an uploaded file into a draft course, in the background: watch courseImportUpdated. Takes course:create. NOT_FOUND when it is no upload of yours, CONFLICT with reason UPLOAD_PENDING when its bytes are not there yet. Asking again for the same upload gives the same import.',
  })
  importCourse(
    @Arg('input', () => ImportCourseInput, { description: 'The file.' }) input: ImportCourseInput,
    @Ctx() context: RequestContext,
  ) {
    const viewer = requirePermission(context.viewer, 'course:create');
    return this.imports.request(viewer, input.uploadId);
  }

  @Query(() => CourseImport, {
    nullable: true,
    description:
      'An import you asked for, or any of the organization for those with course:edit; null otherwise.',
  })
  courseImport(
    @Arg('id', () => ID, { description: 'Id of the import.' }) id: string,
    @Ctx() context: RequestContext,
  ) {
    return this.imports.byId(requireSignedIn(context.viewer), id);
  }

  @FromEvent(() => CourseImport, {
    events: [importUpdated],
    match: ['data.importId = args.importId'],
    description:
      'The import at each step, until it has SUCCEEDED or FAILED. For those who may query it; others hear nothing. It does not begin with the present state: query that once subscribed.',
  })
  async courseImportUpdated(
    @Arg('importId', () => ID, { description: 'Id of the import.' }) importId: string,
    @Ctx() context: RequestContext,
  ): Promise<CourseImportRow> {
    const row = await this.imports.byId(requireSignedIn(context.viewer), importId);
    return row ?? skipEvent();
  }

  @FieldResolver(() => Course, {
    nullable: true,
    description: 'The course that was made; null until the import has SUCCEEDED.',
  })
  course(@Root() row: CourseImportRow, @Ctx() context: RequestContext) {
    return row.courseId === null ? null : this.courses.load(row.courseId, context);
  }
}
