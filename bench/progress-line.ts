const count = (value: number): string => value.toLocaleString('en-US');

/** One line that renews itself on a terminal, and now and then a line elsewhere. */
export function progressLine(name: string): (done: number, all: number) => void {
  let shown = 0;
  return (done, all) => {
    const now = performance.now();
    if (done < all && now - shown < (process.stdout.isTTY ? 200 : 5_000)) return;
    shown = now;
    const end = process.stdout.isTTY && done < all ? '\r' : '\n';
    process.stdout.write(`  ${name} ${count(done)} of ${count(all)}${end}`);
  };
}

export const say = (text: string): void => void process.stdout.write(`${text}\n`);
