/** Each course with what must be completed before it. */
export type Prerequisites = ReadonlyMap<string, readonly string[]>;

/**
 * A cycle that would come of `courseId` requiring `wanted`, as the courses on it beginning and ending
 * with `courseId`; null when there is none. `existing` has no cycle; what it says of `courseId`
 * itself is replaced.
 */
export function cycleWith(
  existing: Prerequisites,
  courseId: string,
  wanted: readonly string[],
): string[] | null {
  const cameFrom = new Map<string, string>();
  const open = [courseId];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const next = at === courseId ? wanted : (existing.get(at) ?? []);
    for (const id of next) {
      if (id === courseId) return pathTo(at, courseId, cameFrom);
      if (cameFrom.has(id)) continue;
      cameFrom.set(id, at);
      open.push(id);
    }
  }
  return null;
}

function pathTo(last: string, first: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path = [first];
  for (let at = last; at !== first; at = cameFrom.get(at)!) path.unshift(at);
  path.unshift(first);
  return path;
}
