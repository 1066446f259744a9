import { attribute, elementsOf, type XmlElement } from './xml.js';

/** Blocks that only hold others, shown one after the other. */
export const WRAPPERS: ReadonlySet<string> = new Set([
  ...['vertical', 'unit', 'wrapper', 'problemset', 'videosequence'],
]);

/** Blocks that choose, for each learner, what of them to show; and what is taken of them instead. */
const CHOOSING: Readonly<Record<string, 'ALL' | 'FIRST' | 'NONE'>> = {
  library_content: 'ALL',
  legacy_library_content: 'ALL',
  itembank: 'ALL',
  randomize: 'ALL',
  crowdsource_hinter: 'ALL',
  timelimit: 'ALL',
  split_test: 'FIRST',
  abtest: 'FIRST',
  // What it holds is not for everybody.
  conditional: 'NONE',
};

export const isContainer = (kind: string) => Object.hasOwn(CHOOSING, kind);

/** What is taken of a container, and what the report says of it. */
export interface Choice {
  children: XmlElement[];
  code: 'CONTAINER' | 'RESTRICTED';
  reason: string;
}

/** @param container one of those that `isContainer` names */
export function choose(container: XmlElement): Choice {
  const all = elementsOf(container);
  const title = attribute(container, 'display_name').slice(0, 100);
  const what = `<${container.name}>${title ? ` “${title}”` : ''}`;
  const taken = CHOOSING[container.name];
  if (taken === 'NONE') {
    const named = all.map(nameOf).join(', ').slice(0, 300);
    const reason = `${what} shows its contents on a condition; left out: ${named || 'nothing'}`;
    return { children: [], code: 'RESTRICTED', reason };
  }
  if (taken === 'FIRST') {
    const first = firstBranch(container, all);
    const others = all.filter((child) => child !== first).map(nameOf);
    const reason = `${what} shows each group of learners another branch; taken: ${
      first ? nameOf(first) : 'nothing'
    }${others.length > 0 ? `; left out: ${others.join(', ').slice(0, 300)}` : ''}`;
    const branch = first && BRANCHES.has(first.name) ? elementsOf(first) : first ? [first] : [];
    return { children: branch, code: 'CONTAINER', reason };
  }
  const most = Number(attribute(container, 'max_count'));
  const some = most > 0 ? `${most} of its blocks` : 'some of its blocks';
  const asked =
    container.name === 'timelimit'
      ? 'limits the time for its blocks'
      : `chooses ${some} for each learner`;
  return {
    children: all,
    code: 'CONTAINER',
    reason: `${what} ${asked}; all ${all.length} are taken`,
  };
}

/** Elements that are a branch and nothing else. */
const BRANCHES: ReadonlySet<string> = new Set(['group', 'default']);

/** That of the group with the lowest number, where the test says which that is. */
function firstBranch(container: XmlElement, all: readonly XmlElement[]): XmlElement | undefined {
  const named = firstGroupChild(attribute(container, 'group_id_to_child'));
  return all.find((child) => named !== '' && attribute(child, 'url_name') === named) ?? all[0];
}

/** The `url_name` within the address that the first group is mapped to; empty when it says none. */
function firstGroupChild(json: string): string {
  try {
    const groups: unknown = JSON.parse(json);
    if (typeof groups !== 'object' || groups === null) return '';
    const ids = Object.keys(groups).toSorted((a, b) => Number(a) - Number(b));
    const address: unknown = (groups as Record<string, unknown>)[ids[0] ?? ''];
    return typeof address === 'string' ? (address.split(/[/@]/).at(-1) ?? '') : '';
  } catch {
    return '';
  }
}

function nameOf(element: XmlElement): string {
  const name = attribute(element, 'display_name') || attribute(element, 'url_name');
  return name ? `${element.name}/${name.slice(0, 60)}` : `<${element.name}>`;
}
