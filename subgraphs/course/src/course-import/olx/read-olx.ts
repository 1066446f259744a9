import { LIMITS, type DraftTree } from '../../draft/draft-tree.js';
import { ImportRefused } from '../import-problem.js';
import { ReportBuilder, type ImportReport, type Skipped } from '../import-report.js';
import { reportUnusedFiles } from './accounting.js';
import { BlockReader } from './blocks.js';
import { withinBounds } from './bounds.js';
import { readSettings } from './course-settings.js';
import type { OlxFiles } from './olx-files.js';
import { PartIds } from './source-names.js';
import { readStructure, type OlxTopic } from './structure.js';
import { isStructure, parseFiles } from './structure-files.js';
import { shortened } from './titles.js';
import { TopicReader, treeOf, withoutLinks, type DraftTopic } from './topics.js';

export interface OlxCourse {
  title: string;
  summary: string;
  language: string;
  /** Seats; null for as many as come. */
  capacity: number | null;
  tree: DraftTree;
  /** Paths of the files below `static/` that the tree refers to. */
  usedFiles: ReadonlySet<string>;
  /** organization/course/run; null when the export does not say all three. */
  source: string | null;
  report: ImportReport;
  /** The report with these entries ahead of its own. */
  reportAfter(first: readonly Skipped[]): ImportReport;
}

/**
 * Reads an Open edX course into a draft. Topics with a quiz are completed by its score, others by
 * being viewed.
 *
 * @param ids keeps the ids of parts that were imported before, and remembers those of all
 * @param progress called between blocks, with the part done (0–1); what it awaits keeps the event
 * loop free
 * @throws ImportRefused when there is no course in the files, or its structure is broken
 */
export async function readOlx(
  files: OlxFiles,
  progress: (done: number) => Promise<void> = async () => undefined,
  ids: PartIds = new PartIds(),
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
  const modules = withinBounds(structure.modules, structure.coursePath, report);
  const topics = modules.flatMap((each) => each.lessons.flatMap((l) => l.topics));
  let done = 0;
  const reader = new BlockReader(files, settings, linkTargets(topics, ids), report, () =>
    progress(done),
  );

  const topicReader = new TopicReader(reader, ids, report);
  const read = new Map<OlxTopic, DraftTopic>();
  const leftOut = new Map<string, OlxTopic>();
  for (const [index, topic] of topics.entries()) {
    const found = await topicReader.read(topic, () => {
      done = (index + 0.5) / topics.length;
      return progress(done);
    });
    if (found) read.set(topic, found);
    else leftOut.set(ids.of(topic.source), topic);
  }
  const tree = withoutLinks(treeOf(modules, read, ids, report), leftOut, report);
  const used = [structure.usedFiles, reader.usedFiles, reader.usedTexts, settings.usedFiles];
  reportUnusedFiles(files, new Set(used.flatMap((paths) => [...paths])), report);
  count(tree, report);
  report.imported('MEDIA', reader.usedFiles.size);
  const { title, summary, language, capacity } = settings;
  const fitting = shortened(title, LIMITS.title, 'title', structure.coursePath, report);
  const course = { title: fitting, summary, language, capacity };
  const { source } = structure;
  const reportAfter = (first: readonly Skipped[]) => report.build(first);
  const { usedFiles } = reader;
  return { ...course, tree, usedFiles, source, report: report.build(), reportAfter };
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

/** A link may name a topic or any of its blocks; nothing leads to a topic without blocks. */
function linkTargets(topics: readonly OlxTopic[], ids: PartIds) {
  const targets = new Map<string, string>();
  for (const topic of topics) {
    if (topic.blocks.length === 0) continue;
    for (const name of [...topic.urlNames, ...topic.blocks.map((block) => block.urlName)]) {
      if (name !== '' && !targets.has(name)) targets.set(name, ids.of(topic.source));
    }
  }
  return targets;
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
