import { LIMITS, type DraftBlock, type DraftTree } from '../../draft/draft-tree.js';
import type { ReportBuilder } from '../import-report.js';
import type { BlockReader } from './blocks.js';
import { beyond } from './bounds.js';
import { placeholder, type LostBlock } from './placeholder.js';
import type { PartIds } from './source-names.js';
import type { OlxModule, OlxTopic } from './structure.js';

export type DraftTopic = DraftTree['modules'][0]['lessons'][0]['topics'][0];

/** Reads topics one by one, as far as a course has room for their blocks. */
export class TopicReader {
  #blocks = 0;

  constructor(
    private readonly reader: BlockReader,
    private readonly ids: PartIds,
    private readonly report: ReportBuilder,
  ) {}

  /** @returns null for a topic without content, which is reported */
  async read(topic: OlxTopic, progress: () => Promise<void>): Promise<DraftTopic | null> {
    const id = this.ids.of(topic.source);
    const blocks: DraftBlock[] = [];
    const lost: LostBlock[] = [];
    const { blocksOfTopic } = LIMITS;
    for (const [index, block] of topic.blocks.entries()) {
      const room = Math.min(blocksOfTopic - blocks.length, LIMITS.blocks - this.#blocks);
      const found = room > 0 ? await this.reader.read(block) : [];
      await progress();
      blocks.push(...this.ids.blocks(block.source, found.slice(0, room)));
      this.#blocks += Math.min(found.length, Math.max(room, 0));
      const title = this.reader.lost.get(block);
      if (title !== undefined) lost.push({ kind: block.kind, title });
      if (room > 0 && found.length <= room) continue;
      const inTopic = blocks.length >= blocksOfTopic;
      const what = `blocks in ${inTopic ? `the topic “${topic.title ?? 'Topic'}”` : 'the course'}`;
      const [size, limit] = inTopic
        ? [topic.blocks.length - index + blocksOfTopic, blocksOfTopic]
        : [this.#blocks + topic.blocks.length - index, LIMITS.blocks];
      this.report.skipped(
        topic.path,
        'TOO_LARGE',
        `${beyond(size, limit, what)}; ${topic.blocks.length - index} are left out`,
      );
      break;
    }
    const title = topic.title ?? blocks[0]?.title ?? 'Topic';
    if (blocks.length === 0 && lost.length > 0 && this.#blocks < LIMITS.blocks) {
      this.#blocks += 1;
      const instead = this.ids.blocks(`${topic.source} # placeholder`, [placeholder(title, lost)]);
      return { id, title, completionRule: 'VIEW', blocks: instead };
    }
    if (blocks.length === 0) {
      reportEmpty('topic', title, topic.path, this.report);
      return null;
    }
    const quiz = blocks.some((block) => block.kind === 'QUIZ');
    return { id, title, completionRule: quiz ? 'QUIZ_SCORE' : 'VIEW', blocks };
  }
}

/** The tree of what was read. Lessons and modules without topics are left out, and reported. */
export function treeOf(
  modules: readonly OlxModule[],
  read: ReadonlyMap<OlxTopic, DraftTopic>,
  ids: PartIds,
  report: ReportBuilder,
): DraftTree {
  return {
    modules: modules.flatMap((module) => {
      const lessons = module.lessons.flatMap((lesson) => {
        const topics = lesson.topics.flatMap((topic) => read.get(topic) ?? []);
        if (topics.length > 0) return [{ id: ids.of(lesson.source), title: lesson.title, topics }];
        reportEmpty('lesson', lesson.title, lesson.path, report);
        return [];
      });
      if (lessons.length > 0) return [{ id: ids.of(module.source), title: module.title, lessons }];
      reportEmpty('module', module.title, module.path, report);
      return [];
    }),
  };
}

function reportEmpty(what: string, title: string, path: string, report: ReportBuilder): void {
  report.skipped(path, 'EMPTY', `the ${what} “${title}” has no content to import`);
}

/** Takes away the links to topics that were left out after the pages that lead there were read. */
export function withoutLinks(
  tree: DraftTree,
  leftOut: ReadonlyMap<string, OlxTopic>,
  report: ReportBuilder,
): DraftTree {
  if (leftOut.size === 0) return tree;
  const links = / href=\\"topic:([\w-]+)\\"/g;
  const text = JSON.stringify(tree).replaceAll(links, (link, id: string) => {
    const topic = leftOut.get(id);
    if (!topic) return link;
    const reason = `links to the topic “${topic.title ?? 'Topic'}”, which has no content`;
    report.skipped(topic.path, 'UNRESOLVED_LINK', reason);
    return '';
  });
  return JSON.parse(text) as DraftTree;
}
