import type { GraphClient } from '../graph-client.js';
import { Live } from './live.js';

export interface CourseImport {
  id: string;
  state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  percent: number;
  course: { id: string; slug: string; title: string } | null;
  report: {
    imported: { kind: string; count: number }[];
    skipped: { path: string; code: string; reason: string }[];
    errors: { path: string; code: string; message: string }[];
  } | null;
}

const FIELDS = `id state percent course { id slug title }
  report { imported { kind count } skipped { path code reason } errors { path code message } }`;
const PATIENCE_MS = 120_000;

/**
 * Turns an upload into a draft course, or updates the draft of one, and tells of every step. Ends when
 * the import does.
 */
export async function importCourse(
  client: GraphClient,
  uploadId: string,
  onStep: (imported: CourseImport) => void = () => undefined,
  updateCourseId?: string,
): Promise<CourseImport> {
  const { importCourse: begun } = await client.request<{ importCourse: CourseImport }>(
    `mutation Import($input: ImportCourseInput!) { importCourse(input: $input) { ${FIELDS} } }`,
    { input: { uploadId, updateCourseId } },
  );
  const variables = { id: begun.id };
  const live = await Live.open<{ courseImportUpdated: CourseImport }, CourseImport>(
    client,
    {
      query: `subscription Import($id: ID!) { courseImportUpdated(importId: $id) { ${FIELDS} } }`,
      variables,
      pick: (data) => data.courseImportUpdated,
    },
    onStep,
  );
  try {
    // It may have ended before anybody listened.
    const { courseImport } = await client.request<{ courseImport: CourseImport }>(
      `query Import($id: ID!) { courseImport(id: $id) { ${FIELDS} } }`,
      variables,
    );
    if (hasEnded(courseImport)) return courseImport;
    onStep(courseImport);
    return await live.until('The end of the import', hasEnded, PATIENCE_MS);
  } finally {
    live.close();
  }
}

const hasEnded = ({ state }: CourseImport): boolean => state === 'SUCCEEDED' || state === 'FAILED';
