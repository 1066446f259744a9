import { newId } from '@lyceum/platform/ids';
import { draftTree, LIMITS, type DraftTree } from '../../draft/draft-tree.js';
import { ImportRefused } from '../import-problem.js';
import { ReportBuilder, type ImportReport } from '../import-report.js';
import { reportUnusedFiles } from './accounting.js';
import { BlockReader } from './blocks.js';
import { readSettings } from './course-settings.js';
import type { OlxFiles } from './olx-files.js';
import { readStructure, type OlxTopic } from './structure.js';
import { isStructure, parseFiles } from './structure-files.js';

export interface OlxCourse {
  title: string;
  summary: string;
  language: string;
  tree: DraftTree;
  /** Paths of the files below `static/` that the tree refers to. */
  usedFiles: ReadonlySet<string>;
  report: ImportReport;
}

/**
 * Reads an Open edX course into a draft. Topics with a quiz are completed by its score, others by
 * being viewed.
 *
 * @param progress called between blocks, with the part done (0–1); what it awaits keeps the event
 * loop free
 * @throws ImportRefused when there is no course in the files, or its structure is broken
 */
export async function readOlx(
  files: OlxFiles,
  progress: (done: number) => Promise<void> = async () => undefined,
): Promise<OlxCourse> {
  const report = new ReportBuilder();
  reportOversized(files, report);
  const parsed = await parseFiles(files, () => progress(0));
  const structure = readStructure(files, parsed, report);
  const settings = readSettings(
    structure.run,
    structure.coursePath,
    structure.course,
    files,
    report,
  );
  const topics = structure.modules.flatMap((each) => each.lessons.flatMap((l) => l.topics));
  const ids = new Map(topics.map((topic) => [topic, newId()]));
  let done = 0;
  const reader = new BlockReader(files, settings, linkTargets(topics, ids), report, () =>
    progress(done),
  );

  const read = new Map<OlxTopic, DraftTree['modules'][0]['lessons'][0]['topics'][0]>();
  for (const [index, topic] of topics.entries()) {
    const blocks = [];
    for (const block of topic.blocks) {
      blocks.push(...(await reader.read(block)));
      done = (index + 0.5) / topics.length;
      await progress(done);
    }
    const quiz = blocks.some((block) => block.kind === 'QUIZ');
    read.set(topic, {
      id: ids.get(topic),
      title: topic.title ?? blocks[0]?.title ?? 'Topic',
      completionRule: quiz ? 'QUIZ_SCORE' : 'VIEW',
      blocks,
    });
  }
  const tree: DraftTree = {
    modules: structure.modules.map((module) => ({
      title: module.title,
      lessons: module.lessons.map((lesson) => ({
        title: lesson.title,
        topics: lesson.topics.flatMap((topic) => read.get(topic) ?? []),
      })),
    })),
  };
  const used = [structure.usedFiles, reader.usedFiles, reader.usedTexts, settings.usedFiles];
  reportUnusedFiles(files, new Set(used.flatMap((paths) => [...paths])), report);
  requireBounds(tree, structure.coursePath);
  count(tree, report);
  report.imported('MEDIA', reader.usedFiles.size);
  const { title, summary, language } = settings;
  const course = { title: title.slice(0, LIMITS.title), summary, language };
  return { ...course, tree, usedFiles: reader.usedFiles, report: report.build() };
}

/**
 * A page or problem that is too large is left out; nothing makes up for a part of the structure, or
 * for a policy, which may keep content from learners.
 */
function reportOversized(files: OlxFiles, report: ReportBuilder): void {
  for (const [path, reason] of files.oversized ?? []) {
    if (isStructure(path) || path.startsWith('policies/')) {
      throw new ImportRefused('FILE_TOO_LARGE', path, reason);
    }
    report.skipped(path, 'TOO_LARGE', reason);
  }
}

/** A link may name a topic or any of its blocks. */
function linkTargets(topics: readonly OlxTopic[], ids: ReadonlyMap<OlxTopic, string>) {
  const targets = new Map<string, string>();
  for (const topic of topics) {
    for (const name of [...topic.urlNames, ...topic.blocks.map((block) => block.urlName)]) {
      const id = ids.get(topic);
      if (id !== undefined && name !== '' && !targets.has(name)) targets.set(name, id);
    }
  }
  return targets;
}

/** The blocks were checked one by one; this checks how many there are of everything. */
function requireBounds(tree: DraftTree, path: string): void {
  const topics = tree.modules.flatMap((module) => module.lessons.flatMap((each) => each.topics));
  const blocks = topics.reduce((sum, topic) => sum + topic.blocks.length, 0);
  const most = Math.max(0, ...topics.map((topic) => topic.blocks.length));
  const withoutBlocks = {
    modules: tree.modules.map((module) => ({
      ...module,
      lessons: module.lessons.map((lesson) => ({
        ...lesson,
        topics: lesson.topics.map((topic) => ({ ...topic, blocks: [] })),
      })),
    })),
  };
  const result = draftTree.safeParse(withoutBlocks);
  if (result.success && blocks <= LIMITS.blocks && most <= LIMITS.blocksOfTopic) return;
  const issue = result.success ? 'Too many blocks.' : result.error.issues[0]?.message;
  throw new ImportRefused('TOO_LARGE', path, issue);
}

function count(tree: DraftTree, report: ReportBuilder): void {
  report.imported('MODULE', tree.modules.length);
  for (const lesson of tree.modules.flatMap((module) => module.lessons)) {
    report.imported('LESSON');
    for (const topic of lesson.topics) {
      report.imported('TOPIC');
      for (const block of topic.blocks) {
        report.imported(block.kind);
        if (block.kind === 'QUIZ') report.imported('QUESTION', block.questions.length);
      }
    }
  }
}
