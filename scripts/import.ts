/**
 * `npm run import -- <folder or .tar.gz>`: imports an Open edX course through the public graph, and
 * shows how far it is. Exit code 0 when the course is there, 1 when it is not.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { GraphClient, GraphError } from '@lyceum/standalone/graph-client';
import { archiveFolder } from '@lyceum/standalone/story/archive-folder';
import { Presets, SingleBar } from 'cli-progress';
import { sampleInstructor, type Account } from './import/accounts.js';
import { decide, sourceOfArchive, type EarlierCourse } from './import/again.js';
import { listedOperations } from './import/listed-operations.js';
import { putFile } from './import/put-file.js';
import { printReport, type ImportedCourse } from './import/report.js';

const USAGE = `Usage: npm run import -- <folder or .tar.gz> [options]

  --url <address>      the platform (default: http://127.0.0.1:4000)
  --email, --password  who imports (default: the instructor of .lyceum/demo-accounts.json)
  --update             update the draft of the course that was imported from the same source
  --copy               make another course, although it was imported before
  --all                show every line of the report`;

const OPERATIONS = listedOperations(
  'Login',
  'CourseImportedFrom',
  'CreateUpload',
  'ImportCourse',
  'CourseImport',
  'CourseImportUpdated',
);
/** Events tell at once; should one be lost, this finds out. */
const LOOK_AGAIN_MS = 2_000;
/** A platform that is started again goes on with the import: so long it is waited for. */
const PATIENCE_MS = 60_000;

class Mistake extends Error {}

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: 'string', default: `http://127.0.0.1:${process.env['PORT'] || 4000}` },
      email: { type: 'string' },
      password: { type: 'string' },
      update: { type: 'boolean', default: false },
      copy: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [given] = positionals;
  if (values.help || given === undefined || positionals.length > 1) {
    console.log(USAGE);
    return values.help;
  }
  const found = await stat(given).catch(() => null);
  if (!found) throw new Mistake(`There is no ${given}.`);
  const account =
    values.email && values.password
      ? { email: values.email, password: values.password }
      : await sampleInstructor(process.env['LYCEUM_HOME'] || '.lyceum');

  const client = new GraphClient(values.url.replace(/\/+$/, ''));
  const folder = await mkdtemp(join(tmpdir(), 'lyceum-import-'));
  try {
    await signIn(client, account);
    let archive = given;
    if (found.isDirectory()) {
      archive = join(folder, `${basename(given)}.tar.gz`);
      const files = await archiveFolder(given, archive);
      console.log(`Packed ${files} files.`);
    }
    const source = await sourceOfArchive(archive);
    const decision = decide(values, source, await courseImportedFrom(client, source));
    if ('mistake' in decision) throw new Mistake(decision.mistake);
    const { updateCourseId } = decision;
    const uploadId = await upload(client, archive, updateCourseId);
    const imported = await follow(client, { uploadId, updateCourseId });
    console.log(`\n${printReport(imported, values.all)}`);
    return imported.state === 'SUCCEEDED';
  } finally {
    // A connection that is broken already cannot be closed.
    await client.close().catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}

async function signIn(client: GraphClient, { email, password }: Account): Promise<void> {
  const { login } = await client.request<{ login: { accessToken: string } }>(OPERATIONS.Login, {
    input: { email, password },
  });
  client.accessToken = login.accessToken;
}

async function courseImportedFrom(
  client: GraphClient,
  source: string | null,
): Promise<EarlierCourse | null> {
  if (source === null) return null;
  const answer = await client.request<{ courseImportedFrom: EarlierCourse | null }>(
    OPERATIONS.CourseImportedFrom,
    { source },
  );
  return answer.courseImportedFrom;
}

async function upload(client: GraphClient, path: string, courseId: string | null): Promise<string> {
  const { size } = await stat(path);
  const { createUpload } = await client.request<{
    createUpload: {
      id: string;
      url: string;
      method: string;
      headers: { name: string; value: string }[];
    };
  }>(OPERATIONS.CreateUpload, {
    input: {
      ...{ courseId, filename: basename(path) },
      ...{ contentType: 'application/gzip', byteLength: size },
    },
  });
  const { id, url, method, headers } = createUpload;
  const bar = progressBar('Uploading');
  bar.start(size, 0);
  try {
    await putFile(
      new URL(url, client.url),
      method,
      Object.fromEntries(headers.map(({ name, value }) => [name, value])),
      { path, byteLength: size },
      (sent) => bar.update(sent),
    );
  } finally {
    bar.stop();
  }
  return id;
}

async function follow(
  client: GraphClient,
  input: { uploadId: string; updateCourseId: string | null },
): Promise<ImportedCourse> {
  const { importCourse } = await client.request<{ importCourse: { id: string } }>(
    OPERATIONS.ImportCourse,
    { input },
  );
  const { id } = importCourse;
  const bar = progressBar('Importing');
  bar.start(100, 0);
  let heard = Date.now();
  return new Promise<ImportedCourse>((resolve, reject) => {
    const end = () => {
      clearInterval(timer);
      unsubscribe();
      bar.stop();
    };
    const see = (imported: ImportedCourse) => {
      bar.update(imported.percent);
      if (imported.state !== 'SUCCEEDED' && imported.state !== 'FAILED') return;
      end();
      resolve(imported);
    };
    const look = () =>
      client
        .request<{ courseImport: ImportedCourse }>(OPERATIONS.CourseImport, { id })
        .then(({ courseImport }) => {
          heard = Date.now();
          see(courseImport);
        })
        .catch((error: unknown) => {
          if (!(error instanceof GraphError) && Date.now() - heard < PATIENCE_MS) return;
          end();
          reject(error);
        });
    const unsubscribe = client.subscribe<{ courseImportUpdated: ImportedCourse }>(
      OPERATIONS.CourseImportUpdated,
      { importId: id },
      ({ courseImportUpdated }) => see(courseImportUpdated),
    );
    const timer = setInterval(() => void look(), LOOK_AGAIN_MS);
  });
}

function progressBar(what: string): SingleBar {
  return new SingleBar(
    { format: `${what.padEnd(10)} {bar} {percentage}%`, hideCursor: true, noTTYOutput: false },
    Presets.shades_classic,
  );
}

/** What went wrong, in one line a person can act on. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return 'The connection to the platform broke off.';
  if (error instanceof GraphError) {
    if (error.code === 'INVALID_CREDENTIALS') return 'E-mail address or password is wrong.';
    return error.message;
  }
  const cause = error.cause;
  const code = [error, cause].map((e) => (e instanceof Error && 'code' in e ? e.code : '')).join();
  if (/ECONNREFUSED|ENOTFOUND|EHOSTUNREACH/.test(code)) {
    return 'The platform does not answer. Is it running (npm start), and is --url right?';
  }
  return error.message;
}

try {
  if (!(await main())) process.exitCode = 1;
} catch (error) {
  console.error(`\n${explain(error)}`);
  process.exitCode = 1;
}
