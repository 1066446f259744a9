/**
 * Shows that a step goes on: on a terminal a line that counts the seconds, elsewhere a line every few
 * seconds, so that nothing is ever silent for long.
 * @template T
 * @param {() => string} describe what is being done, asked again for every line
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(describe, work) {
  const terminal = process.stdout.isTTY;
  const started = Date.now();
  const line = () => `${describe()} (${Math.round((Date.now() - started) / 1000)} s)`;
  const show = () => {
    if (terminal) process.stdout.write(`\r\u001B[K${line()}`);
    else console.log(line());
  };
  show();
  const timer = setInterval(show, terminal ? 250 : 4000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    show();
    if (terminal) process.stdout.write('\n');
  }
}
