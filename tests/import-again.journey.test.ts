import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { archiveFolder } from '@lyceum/standalone/story/archive-folder';
import {
  answerKeys,
  courseContent,
  type CourseContent,
} from '@lyceum/standalone/story/course-content';
import { importCourse } from '@lyceum/standalone/story/import-course';
import { completeTopic, enroll } from '@lyceum/standalone/story/learn';
import { uploadFile } from '@lyceum/standalone/story/upload';
import { eventually } from '@lyceum/testkit/eventually';
import { administrator, instructor, learner, type Person } from './people.js';
import { startTopology, type Topology } from './topology.js';

const SOURCE = 'Hive/BEES/r1';
const FILES = {
  'course.xml': '<course url_name="r1" org="Hive" course="BEES"/>',
  'course/r1.xml': '<course display_name="Bees"><chapter url_name="c1"/></course>',
  'chapter/c1.xml': '<chapter display_name="Bees at work"><sequential url_name="s1"/></chapter>',
  'sequential/s1.xml':
    '<sequential display_name="Outside"><vertical url_name="v1"/><vertical url_name="v2"/></sequential>',
  'vertical/v1.xml':
    '<vertical display_name="Flowers"><html url_name="h1" display_name="Read"><p>Red</p></html></vertical>',
  'vertical/v2.xml': '<vertical display_name="Legs"><problem url_name="p1"/></vertical>',
  'problem/p1.xml':
    '<problem display_name="Legs" max_attempts="1"><numericalresponse answer="6"><label>Legs?</label></numericalresponse></problem>',
};
/** A topic more, before the others, which are renamed, changed and moved. */
const CHANGED = {
  ...FILES,
  'chapter/c1.xml':
    '<chapter display_name="Bees at work"><sequential url_name="s1"/><sequential url_name="s2"/></chapter>',
  'sequential/s1.xml':
    '<sequential display_name="Outside"><vertical url_name="new"/><vertical url_name="v2"/></sequential>',
  'sequential/s2.xml': '<sequential display_name="Inside"><vertical url_name="v1"/></sequential>',
  'vertical/new.xml':
    '<vertical display_name="Wings"><html url_name="n"><p>Two</p></html></vertical>',
  'vertical/v1.xml':
    '<vertical display_name="Blossoms"><html url_name="h1" display_name="Read"><p>Blue</p></html></vertical>',
};

let topology: Topology;
let teacher: Person;
let pupil: Person;
let courseId: string;
let enrollmentId: string;
let before: CourseContent;

beforeAll(async () => {
  topology = await startTopology();
  const admin = await administrator(topology, 'hive');
  teacher = await instructor(topology, 'hive', admin);
  pupil = await learner(topology, 'hive', 'Paula Pupil');
}, 180_000);
afterAll(async () => {
  await topology?.stop();
}, 60_000);

async function upload(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lyceum-again-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(join(folder, 'course', dirname(path)), { recursive: true });
      await writeFile(join(folder, 'course', path), text);
    }
    const archive = join(folder, 'course.tar.gz');
    await archiveFolder(join(folder, 'course'), archive);
    return await uploadFile(teacher.client, {
      filename: 'course.tar.gz',
      contentType: 'application/gzip',
      bytes: new Uint8Array(await readFile(archive)),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

const publish = () =>
  teacher.client.request(`mutation ($id: ID!) { publishCourse(courseId: $id) { id } }`, {
    id: courseId,
  });
const ids = ({ topics }: CourseContent) =>
  Object.fromEntries(
    topics.map(({ id, title, blocks }) => [title, [id, ...blocks.map((b) => b.id)]]),
  );

describe('a course that is imported again into its draft', () => {
  it('is learned by someone first', async () => {
    const { course } = await importCourse(teacher.client, await upload(FILES));
    courseId = course!.id;
    await publish();
    enrollmentId = await enroll(pupil.client, courseId);
    before = await courseContent(pupil.client, courseId);
    const keys = await answerKeys(teacher.client, courseId);
    const legs = before.topics.find(({ title }) => title === 'Legs');
    await completeTopic(pupil.client, legs!, { enrollmentId, keys });
  }, 120_000);

  it('is offered to who may change it, and changes nothing for learners until it is published', async () => {
    const offer = `query ($source: String!) { courseImportedFrom(source: $source) { id } }`;
    const found = await teacher.client.request<{ courseImportedFrom: { id: string } }>(offer, {
      source: SOURCE,
    });
    expect(found).toEqual({ courseImportedFrom: { id: courseId } });
    expect(await pupil.client.request(offer, { source: SOURCE })).toEqual({
      courseImportedFrom: null,
    });
    const updated = await importCourse(
      teacher.client,
      await upload(CHANGED),
      undefined,
      found.courseImportedFrom.id,
    );
    expect(updated).toMatchObject({ state: 'SUCCEEDED', course: { id: courseId } });
    expect(await courseContent(pupil.client, courseId)).toEqual(before);
  }, 120_000);

  it('keeps what was learned when the update is published', async () => {
    await publish();
    const after = await courseContent(pupil.client, courseId);
    expect(after.topics.map(({ title }) => title)).toEqual(['Wings', 'Legs', 'Blossoms']);
    const [old, now] = [ids(before), ids(after)];
    expect([now['Legs'], now['Blossoms']]).toEqual([old['Legs'], old['Flowers']]);

    const seen = `query ($id: ID!, $quiz: ID!) { enrollment(id: $id) {
      progress { completedTopics totalTopics nextTopic { title } } attempts(blockId: $quiz) { passed } } }`;
    await eventually(async () => {
      const { enrollment } = await pupil.client.request<{ enrollment: object }>(seen, {
        id: enrollmentId,
        quiz: now['Legs']![1],
      });
      expect(enrollment).toEqual({
        progress: { completedTopics: 1, totalTopics: 3, nextTopic: { title: 'Wings' } },
        attempts: [{ passed: true }],
      });
    });
  }, 60_000);
});
