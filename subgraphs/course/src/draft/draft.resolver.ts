import type { RequestContext } from '@lyceum/platform/context';
import { requireSignedIn } from '@lyceum/platform/permissions';
import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { blockView } from '../content/block-view.js';
import type { BlockRow } from '../content/block-view.js';
import { ContentBlock, CourseModule, Lesson, Topic } from '../content/content.types.js';
import type { MediaUrl } from '../content/media-url.js';
import type { CourseService } from '../course/course.service.js';
import { Course } from '../course/course.types.js';
import type { Level } from './draft.order.js';
import type { DraftService } from './draft.service.js';
import {
  AddBlockInput,
  AddLessonInput,
  AddModuleInput,
  AddTopicInput,
  MoveBlockInput,
  MoveLessonInput,
  MoveModuleInput,
  MoveTopicInput,
  UpdateBlockInput,
  UpdateLessonInput,
  UpdateModuleInput,
  UpdateTopicInput,
} from './draft.types.js';

const ADDED = { description: 'What to add, and where.' };
const CHANGED = { description: 'What to change.' };
const MOVED = { description: 'What to move, and where to.' };
const edits = (what: string) => ({
  description: `${what} Learners see it once the draft is published. Takes course:edit.`,
});

@Resolver()
export class DraftResolver {
  constructor(
    private readonly drafts: DraftService,
    private readonly courses: CourseService,
    private readonly mediaUrl: MediaUrl,
  ) {}

  @Mutation(() => CourseModule, edits('Adds a module to a draft.'))
  addModule(
    @Arg('input', () => AddModuleInput, ADDED) input: AddModuleInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    return this.drafts.addModule(requireSignedIn(viewer), input);
  }

  @Mutation(() => Lesson, edits('Adds a lesson to a draft.'))
  addLesson(
    @Arg('input', () => AddLessonInput, ADDED) input: AddLessonInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    return this.drafts.addLesson(requireSignedIn(viewer), input);
  }

  @Mutation(() => Topic, edits('Adds a topic to a draft.'))
  addTopic(
    @Arg('input', () => AddTopicInput, ADDED) input: AddTopicInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    return this.drafts.addTopic(requireSignedIn(viewer), input);
  }

  @Mutation(() => ContentBlock, edits('Adds a block to a draft.'))
  async addBlock(
    @Arg('input', () => AddBlockInput, ADDED) input: AddBlockInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    return blockView(await this.drafts.addBlock(requireSignedIn(viewer), input), this.mediaUrl);
  }

  @Mutation(() => CourseModule, edits('Changes a module of a draft.'))
  updateModule(
    @Arg('input', () => UpdateModuleInput, CHANGED) input: UpdateModuleInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    return this.drafts.updateModule(requireSignedIn(viewer), input);
  }

  @Mutation(() => Lesson, edits('Changes a lesson of a draft.'))
  updateLesson(
    @Arg('input', () => UpdateLessonInput, CHANGED) input: UpdateLessonInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    return this.drafts.updateLesson(requireSignedIn(viewer), input);
  }

  @Mutation(() => Topic, edits('Changes a topic of a draft.'))
  updateTopic(
    @Arg('input', () => UpdateTopicInput, CHANGED) input: UpdateTopicInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    return this.drafts.updateTopic(requireSignedIn(viewer), input);
  }

  @Mutation(
    () => ContentBlock,
    edits('Changes a block of a draft: its title, its content or both.'),
  )
  async updateBlock(
    @Arg('input', () => UpdateBlockInput, CHANGED) input: UpdateBlockInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    return blockView(await this.drafts.updateBlock(requireSignedIn(viewer), input), this.mediaUrl);
  }

  @Mutation(() => CourseModule, edits('Moves a module within its draft.'))
  moveModule(
    @Arg('input', () => MoveModuleInput, MOVED) { id, position }: MoveModuleInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    return this.drafts.move(requireSignedIn(viewer), 'module', { id, position });
  }

  @Mutation(() => Lesson, edits('Moves a lesson within its draft.'))
  moveLesson(
    @Arg('input', () => MoveLessonInput, MOVED) { id, moduleId, position }: MoveLessonInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    const place = { id, parentId: moduleId, position };
    return this.drafts.move(requireSignedIn(viewer), 'lesson', place);
  }

  @Mutation(() => Topic, edits('Moves a topic within its draft.'))
  moveTopic(
    @Arg('input', () => MoveTopicInput, MOVED) { id, lessonId, position }: MoveTopicInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    const place = { id, parentId: lessonId, position };
    return this.drafts.move(requireSignedIn(viewer), 'topic', place);
  }

  @Mutation(() => ContentBlock, edits('Moves a block within its draft.'))
  async moveBlock(
    @Arg('input', () => MoveBlockInput, MOVED) { id, topicId, position }: MoveBlockInput,
    @Ctx() { viewer }: RequestContext,
  ) {
    const place = { id, parentId: topicId, position };
    const moved = await this.drafts.move(requireSignedIn(viewer), 'block', place);
    return blockView(moved as BlockRow, this.mediaUrl);
  }

  @Mutation(() => Course, edits('Removes a module with all its lessons from a draft.'))
  removeModule(
    @Arg('id', () => ID, { description: 'The module.' }) id: string,
    @Ctx() context: RequestContext,
  ) {
    return this.#remove('module', id, context);
  }

  @Mutation(() => Course, edits('Removes a lesson with all its topics from a draft.'))
  removeLesson(
    @Arg('id', () => ID, { description: 'The lesson.' }) id: string,
    @Ctx() context: RequestContext,
  ) {
    return this.#remove('lesson', id, context);
  }

  @Mutation(() => Course, edits('Removes a topic with all its blocks from a draft.'))
  removeTopic(
    @Arg('id', () => ID, { description: 'The topic.' }) id: string,
    @Ctx() context: RequestContext,
  ) {
    return this.#remove('topic', id, context);
  }

  @Mutation(() => Course, edits('Removes a block from a draft.'))
  removeBlock(
    @Arg('id', () => ID, { description: 'The block.' }) id: string,
    @Ctx() context: RequestContext,
  ) {
    return this.#remove('block', id, context);
  }

  async #remove(level: Level, id: string, context: RequestContext) {
    const courseId = await this.drafts.remove(requireSignedIn(context.viewer), level, id);
    return this.courses.load(courseId, context);
  }
}
