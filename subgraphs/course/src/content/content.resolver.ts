import type { RequestContext } from '@lyceum/platform/context';
import { can, requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Ctx, Directive, FieldResolver, Resolver, Root } from 'type-graphql';
import type {
  Course as CourseRow,
  Lesson as LessonRow,
  Module as ModuleRow,
  Topic as TopicRow,
} from '../../generated/prisma/client.js';
import { isStaff, requireOnCourse } from '../course/course.access.js';
import type { CourseService } from '../course/course.service.js';
import { Course } from '../course/course.types.js';
import type { EnrollmentLoaders } from '../enrollment/enrollment.loaders.js';
import { blockView, type BlockRow } from './block-view.js';
import type { ContentLoaders } from './content.loaders.js';
import { lockOf, readableKey } from './content.rules.js';
import {
  ContentBlock,
  ContentLock,
  CourseContent,
  CourseModule,
  Lesson,
  QuestionKey,
  QuizBlock,
  Topic,
} from './content.types.js';
import { authoredFeedback } from './feedback.rules.js';
import { QuestionFeedback } from './feedback.types.js';
import { resolveMediaInHtml, type MediaUrl } from './media-url.js';

const COURSE = { nullable: true, description: 'The course it is part of.' };

@Resolver(() => Course)
export class CourseContentResolver {
  constructor(private readonly content: ContentLoaders) {}

  @Directive('@listSize(assumedSize: 6)')
  @FieldResolver(() => [CourseModule], {
    description:
      'The outline: its modules in order, for everyone who sees the course. Empty while nothing is published.',
  })
  modules(
    @Root() course: CourseRow,
    @Arg('version', () => CourseContent, {
      defaultValue: CourseContent.PUBLISHED,
      description: 'DRAFT takes course:edit.',
    })
    version: CourseContent,
    @Ctx() context: RequestContext,
  ) {
    if (version === CourseContent.DRAFT) {
      requireOnCourse(requireSignedIn(context.viewer), 'course:edit', course);
      return this.content.modules(course.draftVersionId, context);
    }
    return course.publishedVersionId
      ? this.content.modules(course.publishedVersionId, context)
      : [];
  }
}

@Resolver(() => CourseModule)
export class ModuleResolver {
  constructor(
    private readonly content: ContentLoaders,
    private readonly courses: CourseService,
  ) {}

  @Directive('@listSize(assumedSize: 4)')
  @FieldResolver(() => [Lesson], { description: 'Its lessons in order.' })
  lessons(@Root() module: ModuleRow, @Ctx() context: RequestContext) {
    return this.content.lessons(module, context);
  }

  @FieldResolver(() => Course, COURSE)
  course(@Root() module: ModuleRow, @Ctx() context: RequestContext) {
    return this.courses.load(module.courseId, context);
  }
}

@Resolver(() => Lesson)
export class LessonResolver {
  constructor(
    private readonly content: ContentLoaders,
    private readonly courses: CourseService,
  ) {}

  @Directive('@listSize(assumedSize: 4)')
  @FieldResolver(() => [Topic], { description: 'Its topics in order.' })
  topics(@Root() lesson: LessonRow, @Ctx() context: RequestContext) {
    return this.content.topics(lesson, context);
  }

  @FieldResolver(() => Course, COURSE)
  course(@Root() lesson: LessonRow, @Ctx() context: RequestContext) {
    return this.courses.load(lesson.courseId, context);
  }
}

@Resolver(() => Topic)
export class TopicResolver {
  constructor(
    private readonly content: ContentLoaders,
    private readonly courses: CourseService,
    private readonly enrollments: EnrollmentLoaders,
    private readonly mediaUrl: MediaUrl,
  ) {}

  @Directive('@listSize(assumedSize: 2)')
  @FieldResolver(() => [ContentBlock], {
    description:
      'Its content in order, for those who take part in the course and its staff. For others it is empty, and `locked` says why.',
  })
  async blocks(@Root() topic: TopicRow, @Ctx() context: RequestContext) {
    if (await this.#lock(topic, context)) return [];
    const blocks = await this.content.blocks(topic, context);
    return blocks.map((block) => blockView(block, this.mediaUrl));
  }

  @FieldResolver(() => ContentLock, {
    nullable: true,
    description: 'Why `blocks` is closed to the viewer; null when it is open.',
  })
  locked(@Root() topic: TopicRow, @Ctx() context: RequestContext) {
    return this.#lock(topic, context);
  }

  @FieldResolver(() => Course, COURSE)
  course(@Root() topic: TopicRow, @Ctx() context: RequestContext) {
    return this.courses.load(topic.courseId, context);
  }

  async #lock({ courseId }: TopicRow, context: RequestContext) {
    const viewer = requireSignedIn(context.viewer);
    if (isStaff(viewer, courseId)) return null;
    const enrollment = await this.enrollments.own(courseId, context);
    return lockOf(enrollment?.status ?? null);
  }
}

@Resolver(() => QuizBlock)
export class QuizBlockResolver {
  constructor(
    private readonly content: ContentLoaders,
    private readonly mediaUrl: MediaUrl,
  ) {}

  @Directive('@listSize(assumedSize: 5)')
  @FieldResolver(() => [QuestionKey], {
    nullable: true,
    description: 'What answers the questions; null without course:edit.',
  })
  async answerKey(@Root() quiz: BlockRow, @Ctx() context: RequestContext) {
    if (!can(context.viewer, 'course:edit', { courseId: quiz.courseId })) return null;
    const keys = await this.content.answerKey({ versionId: quiz.versionId, id: quiz.id }, context);
    return Object.entries(keys ?? {}).map(([id, key]) => readableKey(id, key));
  }

  @Directive('@listSize(assumedSize: 5)')
  @FieldResolver(() => [QuestionFeedback], {
    nullable: true,
    description:
      'Feedback, hints and solutions as their author wrote them; null without course:edit. Learners have `MarkedAnswer.feedback`.',
  })
  async feedback(@Root() quiz: BlockRow, @Ctx() context: RequestContext) {
    if (!can(context.viewer, 'course:edit', { courseId: quiz.courseId })) return null;
    const of = { versionId: quiz.versionId, id: quiz.id };
    const feedback = await this.content.feedback(of, context);
    const shown = (html: string) => resolveMediaInHtml(html, quiz.organizationId, this.mediaUrl);
    return Object.entries(feedback ?? {}).map(([id, own]) => authoredFeedback(id, own, shown));
  }
}
