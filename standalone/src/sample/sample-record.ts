import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writePrivate, type Home } from '../home.js';

const record = z.object({
  organizationId: z.string(),
  courseId: z.string(),
  operatorsCourseId: z.string(),
  learningPathId: z.string(),
  /** Of the learner who is halfway. */
  enrollmentId: z.string(),
  /** A topic that this learner completes by saying so. */
  manualTopicId: z.string(),
  /** Of the learner who has completed the course. */
  certificateCode: z.string(),
});

/** The ids of the sample organization. It is noted last: there is one when all is there. */
export type SampleRecord = z.infer<typeof record>;

const fileOf = (home: Home): string => home.path('sample.json');

export async function readSampleRecord(home: Home): Promise<SampleRecord | null> {
  const text = await readFile(fileOf(home), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : record.parse(JSON.parse(text));
}

export async function writeSampleRecord(home: Home, sample: SampleRecord): Promise<void> {
  await writePrivate(fileOf(home), `${JSON.stringify(sample, null, 2)}\n`);
}
