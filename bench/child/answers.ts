import type { Answered, Asked, Offered } from './child.js';

type Answer = (input: never) => unknown;

/** In a child: answers what its parent asks by these names, and leaves the rest to others. */
export function answers(by: Readonly<Record<string, Answer>>): void {
  process.on('message', ({ id, what, input }: Asked) => {
    const answer = by[what];
    if (!answer) return;
    void (async () => {
      const answered: Answered = await Promise.resolve(input as never)
        .then(answer)
        .then(
          (output) => ({ id, output }),
          (error: unknown) => ({ id, error: error instanceof Error ? error.stack : String(error) }),
        );
      process.send?.(answered);
    })();
  });
  process.once('disconnect', () => process.exit(0));
  process.send?.({ offers: Object.keys(by) } satisfies Offered);
}
