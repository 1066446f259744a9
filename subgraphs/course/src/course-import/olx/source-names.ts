import { createHash } from 'node:crypto';
import { newId } from '@lyceum/platform/ids';
import type { DraftBlock } from '../../draft/draft-tree.js';
import { attribute, type XmlElement } from './xml.js';

export type PartLevel = 'module' | 'lesson' | 'topic' | 'block';

/** Longer names are known by their sum. */
const MAX_NAME = 300;

/**
 * Names the parts of a course so that the same part has the same name in the next export: by level,
 * kind and `url_name`, which stays when a part is renamed or moved. One without a `url_name` is
 * known by its kind and title within its parent; of equal names the further ones are counted.
 */
export class SourceNames {
  readonly #counts = new Map<string, number>();

  /** @param parent the name of what holds it, which tells parts without names of their own apart */
  of(level: PartLevel, element: XmlElement, parent: string): string {
    const name = attribute(element, 'url_name');
    return this.unique(
      name
        ? `${level} ${element.name}/${name}`
        : `${level} ${element.name} “${attribute(element, 'display_name')}” in ${parent}`,
    );
  }

  unique(given: string): string {
    const long = given.length > MAX_NAME;
    const sum = long ? createHash('sha256').update(given).digest('hex') : '';
    const name = long ? `${given.slice(0, given.indexOf(' '))} ${sum}` : given;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return count === 1 ? name : `${name} ~${count}`;
  }
}

/** Gives every part of a course its id: the one it had when the course was imported before. */
export class PartIds {
  /** By the names of the parts that were asked for. */
  readonly used = new Map<string, string>();
  readonly #names = new SourceNames();

  /** @param known ids by the names of parts */
  constructor(private readonly known: ReadonlyMap<string, string> = new Map()) {}

  of(source: string): string {
    const id = this.used.get(source) ?? this.known.get(source) ?? newId();
    this.used.set(source, id);
    return id;
  }

  /** What became of one block of the source: itself, and the documents that came with it. */
  blocks(source: string, blocks: readonly DraftBlock[]): DraftBlock[] {
    return blocks.map((block, index) => {
      const file = block.kind === 'DOCUMENT' ? block.filename : block.kind;
      const own = index === 0 ? source : `${source} # ${file}`;
      return { ...block, id: this.of(this.#names.unique(own)) };
    });
  }
}

/**
 * How a course is called in its own system: organization/course/run, as its course.xml says.
 * @returns null when it does not say all three
 */
export function sourceOf(root: XmlElement): string | null {
  const names = ['org', 'course', 'url_name'].map((name) => attribute(root, name).trim());
  return names.every((name) => /^[^\s/]{1,255}$/.test(name)) ? names.join('/') : null;
}
