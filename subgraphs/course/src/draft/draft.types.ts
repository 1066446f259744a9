import { Field, ID, InputType, Int } from 'type-graphql';
import { CompletionRule } from '../../generated/prisma/enums.js';
import { BlockContentInput } from './block-input.types.js';

const TITLE = 'Title, 1–300 characters.';
const POSITION = 'Place among its siblings, from 0; at the end when absent or beyond it.';

@InputType({ description: 'A new module in a draft.' })
export class AddModuleInput {
  @Field(() => ID, { description: 'The course.' })
  courseId!: string;

  @Field(() => String, { description: TITLE })
  title!: string;

  @Field(() => Int, { nullable: true, description: POSITION })
  position?: number | null;
}

@InputType({ description: 'A new lesson in a draft.' })
export class AddLessonInput {
  @Field(() => ID, { description: 'The module it becomes part of.' })
  moduleId!: string;

  @Field(() => String, { description: TITLE })
  title!: string;

  @Field(() => Int, { nullable: true, description: POSITION })
  position?: number | null;
}

@InputType({ description: 'A new topic in a draft.' })
export class AddTopicInput {
  @Field(() => ID, { description: 'The lesson it becomes part of.' })
  lessonId!: string;

  @Field(() => String, { description: TITLE })
  title!: string;

  @Field(() => CompletionRule, {
    nullable: true,
    description: 'What completes it; VIEW unless told.',
  })
  completionRule?: CompletionRule | null;

  @Field(() => Int, { nullable: true, description: POSITION })
  position?: number | null;
}

@InputType({ description: 'A new block in a draft, of the kind whose part is given.' })
export class AddBlockInput extends BlockContentInput {
  @Field(() => ID, { description: 'The topic it becomes part of.' })
  topicId!: string;

  @Field(() => String, { description: TITLE })
  title!: string;

  @Field(() => Int, { nullable: true, description: POSITION })
  position?: number | null;
}

@InputType({ description: 'Changes to a module of a draft.' })
export class UpdateModuleInput {
  @Field(() => ID, { description: 'The module.' })
  id!: string;

  @Field(() => String, { description: TITLE })
  title!: string;
}

@InputType({ description: 'Changes to a lesson of a draft.' })
export class UpdateLessonInput {
  @Field(() => ID, { description: 'The lesson.' })
  id!: string;

  @Field(() => String, { description: TITLE })
  title!: string;
}

@InputType({ description: 'Changes to a topic of a draft. What is absent stays as it is.' })
export class UpdateTopicInput {
  @Field(() => ID, { description: 'The topic.' })
  id!: string;

  @Field(() => String, { nullable: true, description: TITLE })
  title?: string | null;

  @Field(() => CompletionRule, { nullable: true, description: 'What completes it.' })
  completionRule?: CompletionRule | null;
}

@InputType({ description: 'Changes to a block of a draft. A block cannot become another kind.' })
export class UpdateBlockInput extends BlockContentInput {
  @Field(() => ID, { description: 'The block.' })
  id!: string;

  @Field(() => String, { nullable: true, description: TITLE })
  title?: string | null;
}

@InputType({ description: 'A new place for a module.' })
export class MoveModuleInput {
  @Field(() => ID, { description: 'The module.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: POSITION })
  position?: number | null;
}

@InputType({ description: 'A new place for a lesson.' })
export class MoveLessonInput {
  @Field(() => ID, { description: 'The lesson.' })
  id!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Another module of the same course; its own unless given.',
  })
  moduleId?: string | null;

  @Field(() => Int, { nullable: true, description: POSITION })
  position?: number | null;
}

@InputType({ description: 'A new place for a topic.' })
export class MoveTopicInput {
  @Field(() => ID, { description: 'The topic.' })
  id!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Another lesson of the same course; its own unless given.',
  })
  lessonId?: string | null;

  @Field(() => Int, { nullable: true, description: POSITION })
  position?: number | null;
}

@InputType({ description: 'A new place for a block.' })
export class MoveBlockInput {
  @Field(() => ID, { description: 'The block.' })
  id!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Another topic of the same course; its own unless given.',
  })
  topicId?: string | null;

  @Field(() => Int, { nullable: true, description: POSITION })
  position?: number | null;
}
