export const PART_LEVELS = ['module', 'lesson', 'topic', 'block'] as const;

/** A part of a draft with what is in it, without its content. */
export interface Part {
  id: string;
  title: string;
  children: Part[];
}

/** What an update makes of a draft. */
export interface Merged {
  /** What the draft holds afterwards, in order. */
  parts: Part[];
  /** Parts of earlier imports that are taken out; what was in them is not named again. */
  removed: { part: Part; level: number }[];
  /** Parts that stay without being in the source: added by hand, or for what is in them. */
  kept: { part: Part; level: number; byHand: boolean }[];
}

/**
 * Merges a course as its source has it now into a draft. What the source has stands where the source
 * has it. What was added by hand stays where it is, behind the part it followed. What is gone from
 * the source is taken out, unless something that was added by hand is in it: then it stays for that.
 *
 * @param current the draft's modules
 * @param incoming those of the source; what was imported before has the same id
 * @param imported ids of all parts that were ever imported into the course
 */
export function mergeUpdate(
  current: readonly Part[],
  incoming: readonly Part[],
  imported: ReadonlySet<string>,
): Merged {
  const arriving = new Set(flat(incoming).map(({ id }) => id));
  const before = new Map(flat(current).map((part) => [part.id, part]));
  const removed: Merged['removed'] = [];
  const kept: Merged['kept'] = [];

  const staying = (parts: readonly Part[]) => parts.filter(({ id }) => !arriving.has(id));
  const holdsAddition = (part: Part): boolean =>
    staying(part.children).some((child) => !imported.has(child.id) || holdsAddition(child));
  const withoutArriving = (part: Part): Part => ({
    ...part,
    children: staying(part.children).map(withoutArriving),
  });

  const merge = (own: readonly Part[], given: readonly Part[], level: number): Part[] => {
    const result = given.map((part) => ({
      ...part,
      children: merge(before.get(part.id)?.children ?? [], part.children, level + 1),
    }));
    const here = new Set(given.map(({ id }) => id));
    let followed: string | undefined;
    for (const part of own) {
      if (here.has(part.id)) followed = part.id;
      if (arriving.has(part.id)) continue;
      const byHand = !imported.has(part.id);
      if (!byHand && !holdsAddition(part)) {
        removed.push({ part: withoutArriving(part), level });
        continue;
      }
      kept.push({ part, level, byHand });
      const at = result.findIndex(({ id }) => id === followed) + 1;
      result.splice(at, 0, { ...part, children: merge(part.children, [], level + 1) });
      followed = part.id;
    }
    return result;
  };

  return { parts: merge(current, incoming, 0), removed, kept };
}

export function flat(parts: readonly Part[]): Part[] {
  return parts.flatMap((part) => [part, ...flat(part.children)]);
}
