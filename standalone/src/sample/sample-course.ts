import { readFile } from 'node:fs/promises';
import { projectPath } from '@lyceum/platform/project-path';
import type { GraphClient } from '../graph-client.js';
import { eventually } from '../story/eventually.js';
import { uploadMedia } from '../story/upload.js';
import type { SampleBlock, SampleCourse, SampleQuestion } from './sample-content.js';

const DRAFT = `query Draft($slug: String!) {
  course(slug: $slug) {
    id
    publishedVersion
    modules(version: DRAFT) { id lessons { id topics { id blocks { id } } } }
  }
}`;

interface Part {
  id: string;
}
interface Draft extends Part {
  publishedVersion: number | null;
  modules: (Part & { lessons: (Part & { topics: (Part & { blocks: Part[] })[] })[] })[];
}

/**
 * Makes and publishes a course, taking up what an earlier, interrupted try has left: parts are made
 * in their order, so those that are there are the first ones.
 * @returns the course's id
 */
export async function ensureCourse(client: GraphClient, course: SampleCourse): Promise<string> {
  const { course: found } = await client.request<{ course: Draft | null }>(DRAFT, {
    slug: course.slug,
  });
  if (found?.publishedVersion) return found.id;
  const { modules, price, ...about } = course;
  const courseId = found?.id ?? (await create(client, 'createCourse', 'CreateCourseInput', about));
  for (const [m, { title, lessons }] of modules.entries()) {
    const module = found?.modules[m];
    const moduleId =
      module?.id ?? (await create(client, 'addModule', 'AddModuleInput', { courseId, title }));
    for (const [l, lesson] of lessons.entries()) {
      const known = module?.lessons[l];
      const input = { moduleId, title: lesson.title };
      const lessonId = known?.id ?? (await create(client, 'addLesson', 'AddLessonInput', input));
      for (const [t, { blocks, ...topic }] of lesson.topics.entries()) {
        const knownTopic = known?.topics[t];
        const topicId =
          knownTopic?.id ??
          (await create(client, 'addTopic', 'AddTopicInput', { lessonId, ...topic }));
        for (const block of blocks.slice(knownTopic?.blocks.length ?? 0)) {
          const content = await contentOf(client, block);
          const withTitle = { topicId, title: block.title, ...content };
          await create(client, 'addBlock', 'AddBlockInput', withTitle);
        }
      }
    }
  }
  if (price) await setPrice(client, courseId, price);
  await client.request(
    'mutation Publish($courseId: ID!) { publishCourse(courseId: $courseId) { id } }',
    { courseId },
  );
  return courseId;
}

async function create(
  client: GraphClient,
  mutation: string,
  type: string,
  input: object,
): Promise<string> {
  const data = await client.request<Record<string, Part>>(
    `mutation Make($input: ${type}!) { ${mutation}(input: $input) { id } }`,
    { input },
  );
  return data[mutation]!.id;
}

async function setPrice(
  client: GraphClient,
  courseId: string,
  price: { amountMinor: number; currency: string },
): Promise<void> {
  await client.request(
    'mutation Price($input: SetCoursePriceInput!) { setCoursePrice(input: $input) { id } }',
    { input: { courseId, ...price } },
  );
  // Published before the course service has heard of the price, it would be free for a moment.
  await eventually(
    'The price of the course',
    () =>
      client.request<{ course: { paymentRequired: boolean } | null }>(
        'query Paid($id: ID!) { course(id: $id) { paymentRequired } }',
        { id: courseId },
      ),
    ({ course }) => course?.paymentRequired === true,
  );
}

async function contentOf(client: GraphClient, block: SampleBlock): Promise<object> {
  switch (block.kind) {
    case 'PAGE':
      return { page: { html: block.html } };
    case 'LINK':
      return { link: { url: block.url, description: block.description } };
    case 'VIDEO': {
      const { filename, durationSeconds } = block;
      const bytes = new Uint8Array(await readFile(projectPath('standalone', 'assets', filename)));
      const url = await uploadMedia(client, { filename, contentType: 'video/mp4', bytes });
      return { video: { url, durationSeconds } };
    }
    case 'DOCUMENT': {
      const { filename, contentType } = block;
      const bytes = new TextEncoder().encode(block.text);
      const url = await uploadMedia(client, { filename, contentType, bytes });
      return { document: { url, filename, contentType, byteLength: bytes.byteLength } };
    }
    case 'QUIZ': {
      const { passingPercent, questions } = block;
      return { quiz: { passingPercent, questions: questions.map(questionInput) } };
    }
  }
}

function questionInput(question: SampleQuestion, index: number): object {
  const { kind, prompt } = question;
  const about = { id: `q${index + 1}`, kind, prompt };
  switch (question.kind) {
    case 'NUMERIC': {
      const { value, tolerance } = question;
      return {
        ...about,
        acceptedRanges: [{ minimum: value - tolerance, maximum: value + tolerance }],
      };
    }
    case 'TEXT':
      return { ...about, acceptedTexts: question.accepted };
    default: {
      // In alphabetical order the right one is anywhere.
      const texts = [...question.right, ...question.wrong].toSorted();
      const choices = texts.map((text, i) => ({ id: `c${i + 1}`, text }));
      return {
        ...about,
        choices,
        correctChoiceIds: choices
          .filter(({ text }) => question.right.includes(text))
          .map(({ id }) => id),
      };
    }
  }
}
