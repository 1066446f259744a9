import { parse, printSchema, validate, type ExecutionResult } from 'graphql';
import { federated, librarySupergraph, type Federated } from './federated.js';
import { monolith, type Monolith } from './monolith.js';

interface Both {
  readonly single: Monolith;
  readonly direct: Federated;
  readonly wired: Federated;
}

let kept: Both | undefined;

function both(): Both {
  return {
    single: monolith(printSchema(librarySupergraph().apiSchema)),
    direct: federated(),
    wired: federated({ wire: true }),
  };
}

/** What queries are asked of: it never changes. */
export function theLibrary(): Both {
  return (kept ??= both());
}

export interface Compared {
  readonly gateway: Answer;
  readonly single: Answer;
}

export interface Answer {
  /** As it goes out: the order of keys counts. */
  readonly text: string;
  /**
   * Where errors are, with their codes, sorted. Of those within something that has become null, which
   * may be as many as have been met by then, it is only said that there are.
   */
  readonly errors: readonly string[];
}

/** Asks both; null when the operation is not valid. */
export async function compare(
  text: string,
  options: { variables?: Record<string, unknown>; wire?: boolean; operationName?: string } = {},
): Promise<Compared | null> {
  const { variables = {}, wire, operationName } = options;
  const document = parse(text);
  if (validate(theLibrary().single.schema, document).length > 0) return null;
  const { single, direct, wired } = text.includes('mutation') ? both() : theLibrary();
  const gateway = wire ? wired : direct;
  return {
    gateway: answerOf(await gateway.execute(document, { variables }, operationName)),
    single: answerOf(await single.execute(document, variables, operationName)),
  };
}

export function answerOf({ data, errors = [] }: Pick<ExecutionResult, 'data' | 'errors'>): Answer {
  const exact: string[] = [];
  const within = new Set<string>();
  for (const { path = [], extensions } of errors) {
    const visible = visiblePart(data, path);
    if (visible.length < path.length) within.add(visible.join('.'));
    else {
      const { code = 'INTERNAL_SERVER_ERROR' } = extensions as { code?: string };
      exact.push(`${path.join('.')} ${code}`);
    }
  }
  const unsaid = [...within].filter((place) => !exact.some((one) => one.startsWith(`${place} `)));
  return {
    text: JSON.stringify(data),
    errors: [...exact, ...unsaid.map((place) => `within ${place}`)].sort(),
  };
}

/** Up to the null that hides the rest. */
function visiblePart(data: unknown, path: readonly (string | number)[]) {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (typeof value !== 'object' || value === null) return path.slice(0, depth);
    value = (value as Record<string | number, unknown>)[key];
  }
  return path;
}
