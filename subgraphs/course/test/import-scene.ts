import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { SignedIn } from '@lyceum/platform/viewer';
import { eventually } from '@lyceum/testkit/eventually';
import { person } from '@lyceum/testkit/person';
import { testService, type TestService } from '@lyceum/testkit/service';
import { pack, type Header } from 'tar-stream';
import { courseService } from '../src/app.js';

export type Entry = string | Buffer | Partial<Header>;

/** A .tar.gz archive of these files; an object instead of a text is the header of an odd entry. */
export async function archive(files: Readonly<Record<string, Entry>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) {
    if (typeof content === 'string' || Buffer.isBuffer(content)) tar.entry({ name }, content);
    else tar.entry({ name, ...content }).end(null);
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

export const PICTURE = Buffer.from('\x89PNG pretend');
/** A small course of our own: a page with a picture, a quiz, a poll. */
export const OLX = {
  'course/course.xml': '<course url_name="run"/>',
  'course/course/run.xml':
    '<course display_name="Bees"><chapter display_name="One"><sequential display_name="Two"><vertical url_name="v"/></sequential></chapter></course>',
  'course/vertical/v.xml':
    '<vertical display_name="Three"><html url_name="h"/><problem url_name="p"/><poll url_name="x" q="?"/></vertical>',
  'course/html/h.xml': '<html filename="h" display_name="Page"/>',
  'course/html/h.html': '<p>See <img src="/static/bee.png" alt="A bee"/></p>',
  'course/problem/p.xml':
    '<problem display_name="Quiz"><numericalresponse answer="6"><label>Legs?</label></numericalresponse></problem>',
  'course/static/bee.png': PICTURE,
  'course/static/unused.png': Buffer.from('never referred to'),
};

export const CREATE = `mutation($input: CreateUploadInput!) {
  createUpload(input: $input) { id url method headers { name value } expiresAt } }`;
export const IMPORT = `mutation($input: ImportCourseInput!) { importCourse(input: $input) { id state percent } }`;
export const LOOK = `query($id: ID!) { courseImport(id: $id) { id state percent finishedAt
  course { id title slug status modules(version: DRAFT) { title lessons { title topics { id title completionRule
    blocks { kind title ... on PageBlock { html } ... on QuizBlock { passingPercent completion questions { prompt } } } } } } }
  report { imported { kind count } skipped { path code reason } errors { path code message } } } }`;

export interface Looked {
  courseImport: {
    state: string;
    percent: number;
    course: {
      id: string;
      title: string;
      status: string;
      modules: {
        lessons: {
          topics: { completionRule: string; blocks: { kind: string; html?: string }[] }[];
        }[];
      }[];
    } | null;
    report: {
      imported: { kind: string; count: number }[];
      skipped: { path: string; code: string; reason: string }[];
      errors: { path: string; code: string }[];
    } | null;
  } | null;
}

export const instructor = () => person({ roles: ['INSTRUCTOR'] });
export const at = (path: string) => new URL(path, 'http://localhost');

/** A course service with a media folder of its own. */
export class ImportScene {
  private constructor(
    readonly app: TestService,
    readonly mediaDirectory: string,
  ) {}

  static async start(): Promise<ImportScene> {
    const directory = await mkdtemp(join(tmpdir(), 'lyceum-media-'));
    const settings = { MEDIA_DIR: directory, COURSE_SECRET: 'a secret of thirty-two characters' };
    return new ImportScene(await testService(courseService, { settings }), directory);
  }

  async close(): Promise<void> {
    await this.app.close();
    await rm(this.mediaDirectory, { recursive: true, force: true });
  }

  async createUpload(viewer: SignedIn, byteLength: number) {
    const input = { filename: 'c.tar.gz', contentType: 'application/gzip', byteLength };
    const { createUpload } = await this.app
      .as(viewer)
      .ok<{ createUpload: { id: string; url: string } }>(CREATE, { input });
    return createUpload;
  }

  /** Uploads the bytes; returns the id of the upload. */
  async upload(viewer: SignedIn, bytes: Buffer): Promise<string> {
    const { id, url } = await this.createUpload(viewer, bytes.length);
    await this.put(url, bytes);
    return id;
  }

  async put(url: string, bytes: Buffer): Promise<void> {
    const request = new Request(at(url), { method: 'PUT', body: new Uint8Array(bytes) });
    const { status } = await this.app.running.route(request);
    if (status !== 204) throw new Error(`The upload was answered by ${status}.`);
  }

  /** Asks for the import of an upload; returns the id of the import. */
  async import(viewer: SignedIn, uploadId: string, updateCourseId?: string): Promise<string> {
    const { importCourse } = await this.app
      .as(viewer)
      .ok<{ importCourse: { id: string } }>(IMPORT, { input: { uploadId, updateCourseId } });
    return importCourse.id;
  }

  async importArchive(viewer: SignedIn, bytes: Buffer, updateCourseId?: string): Promise<string> {
    return this.import(viewer, await this.upload(viewer, bytes), updateCourseId);
  }

  /** The import, once it has succeeded or failed. */
  ended(viewer: SignedIn, id: string): Promise<NonNullable<Looked['courseImport']>> {
    return eventually(
      async () => {
        const { courseImport } = await this.app.as(viewer).ok<Looked>(LOOK, { id });
        if (!courseImport || !['SUCCEEDED', 'FAILED'].includes(courseImport.state)) {
          throw new Error(`It is ${courseImport?.state} at ${courseImport?.percent} %.`);
        }
        return courseImport;
      },
      { timeout: 60_000, interval: 50 },
    );
  }

  rows(table: string, organizationId: string) {
    return this.app.sql(`SELECT * FROM ${table} WHERE organization_id = $1`, [organizationId]);
  }

  /** Every file of the organization, or on its way. */
  async files(organizationId: string): Promise<string[]> {
    const below = await readdir(this.mediaDirectory, { recursive: true, withFileTypes: true });
    return below
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.mediaDirectory, join(entry.parentPath, entry.name)))
      .filter((path) => [organizationId, 'uploads', 'imports'].includes(path.split('/')[0] ?? ''));
  }
}
