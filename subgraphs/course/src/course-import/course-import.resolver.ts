import { importUpdated } from '@lyceum/events/course';
import type { RequestContext } from '@lyceum/platform/context';
import { FromEvent, skipEvent } from '@lyceum/platform/from-event';
import { requireSignedIn } from '@lyceum/platform/permissions';
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
      'Turns an uploaded file into a draft course, or updates the draft of a course that was imported before, in the background: watch courseImportUpdated. Requires course:create; for an update course:edit of the course. NOT_FOUND when it is no upload of yours, or the course is not there for you; CONFLICT with reason UPLOAD_PENDING when its bytes are not there yet, NO_SOURCE when the course cannot be updated because it was not imported (or before its source was kept), UPLOAD_USED when the upload was imported for another purpose. Asking again for the same upload gives the same import.',
  })
  importCourse(
    @Arg('input', () => ImportCourseInput, { description: 'The file.' }) input: ImportCourseInput,
    @Ctx() context: RequestContext,
  ) {
    const { uploadId, updateCourseId } = input;
    return this.imports.request(requireSignedIn(context.viewer), uploadId, updateCourseId ?? null);
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
    return this.#byId(id, context);
  }

  @Query(() => Course, {
    nullable: true,
    description:
      'The newest course of your organization that was imported from this source, if you may change it (course:edit); null otherwise. Ask before importing, to offer an update (`importCourse` with `updateCourseId`) instead of a second course.',
  })
  courseImportedFrom(
    @Arg('source', () => String, {
      description:
        'The course in its own system: `organization/course/run`, which are `org`, `course` and `url_name` in the course.xml of an Open edX course.',
    })
    source: string,
    @Ctx() context: RequestContext,
  ) {
    return this.imports.courseOf(requireSignedIn(context.viewer), source);
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
    return (await this.#byId(importId, context)) ?? skipEvent();
  }

  async #byId(id: string, context: RequestContext): Promise<CourseImportRow | null> {
    const viewer = requireSignedIn(context.viewer);
    const row = await this.imports.byId(viewer, id);
    const role = row && (await this.imports.newRole(viewer, row));
    if (role) context.grant(role);
    return row;
  }

  @FieldResolver(() => Course, {
    nullable: true,
    description: 'The course that was made or updated; null until the import has SUCCEEDED.',
  })
  course(@Root() row: CourseImportRow, @Ctx() context: RequestContext) {
    return row.courseId === null ? null : this.courses.load(row.courseId, context);
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether it updates the draft of a course that was there already.',
  })
  updatesCourse(@Root() row: CourseImportRow): boolean {
    return row.updateCourseId !== null;
  }

  @FieldResolver(() => Course, {
    nullable: true,
    description:
      'The newest other course that was made from the same source before, if you may change it: what could have been updated instead. Null when there is none, and until the import has SUCCEEDED.',
  })
  earlierCourse(@Root() row: CourseImportRow, @Ctx() context: RequestContext) {
    return this.imports.earlierCourse(requireSignedIn(context.viewer), row);
  }
}
