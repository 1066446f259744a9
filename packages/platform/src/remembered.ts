/**
 * The same answer for a moment: `work` runs at most once in `ms` milliseconds however many ask, and
 * those who ask meanwhile wait for the one run.
 */
export function remembered<T>(work: () => Promise<T>, ms: number): () => Promise<T> {
  let answer: Promise<T> | null = null;
  let until = 0;
  return () => {
    if (answer && performance.now() < until) return answer;
    const asked = work();
    answer = asked;
    until = Infinity;
    const settled = () => {
      until = performance.now() + ms;
    };
    asked.then(settled, settled);
    return asked;
  };
}
