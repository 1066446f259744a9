export type Variables = Readonly<Record<string, unknown>>;

/** A number known beforehand, or the place of one that depends on the variables of a request. */
export type Amount = number | { readonly place: number };

type Step = (values: Float64Array, variables: Variables) => number;

/** Sums and products end here, so that no attack turns them into infinity or nonsense. */
const MOST = Number.MAX_SAFE_INTEGER;

/**
 * A calculation made once for an operation and run for each request: steps in order, each from the
 * results of earlier ones, so what several parts share is calculated once. What does not depend on
 * variables is calculated while it is made.
 */
export class CostProgram {
  readonly #steps: Step[] = [];

  step(step: Step): Amount {
    this.#steps.push(step);
    return { place: this.#steps.length - 1 };
  }

  sum(amounts: readonly Amount[]): Amount {
    return this.#fold(amounts, 0, (a, b) => Math.min(a + b, MOST));
  }

  max(amounts: readonly Amount[]): Amount {
    return this.#fold(amounts, 0, Math.max);
  }

  product(a: Amount, b: Amount): Amount {
    if (a === 0 || b === 0) return 0;
    return this.#fold([a, b], 1, (x, y) => Math.min(x * y, MOST));
  }

  /** `amount` where `holds`, else nothing. */
  when(holds: (variables: Variables) => boolean, amount: Amount): Amount {
    return this.step((values, variables) => (holds(variables) ? valueOf(amount, values) : 0));
  }

  /** @returns the calculation; of a constant where nothing depends on variables */
  compile(result: Amount): (variables: Variables) => number {
    if (typeof result === 'number') return () => result;
    const steps = this.#steps;
    const values = new Float64Array(steps.length);
    return (variables) => {
      for (let i = 0; i < steps.length; i += 1) values[i] = steps[i]!(values, variables);
      return values[result.place]!;
    };
  }

  #fold(amounts: readonly Amount[], start: number, join: (a: number, b: number) => number): Amount {
    let known = start;
    const places: number[] = [];
    for (const amount of amounts) {
      if (typeof amount === 'number') known = join(known, amount);
      else places.push(amount.place);
    }
    if (places.length === 0) return known;
    return this.step((values) => {
      let total = known;
      for (const place of places) total = join(total, values[place]!);
      return total;
    });
  }
}

function valueOf(amount: Amount, values: Float64Array): number {
  return typeof amount === 'number' ? amount : values[amount.place]!;
}
