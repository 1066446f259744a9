import { GraphQLScalarType, type ValueNode } from 'graphql';

export const FIRST_YEAR = 1900;
export const LAST_YEAR = 2200;
export const YEARS = `Years ${FIRST_YEAR} to ${LAST_YEAR} are taken as input.`;

/**
 * Stands for a date that was given and cannot be taken. A scalar that throws loses where in the
 * arguments it stood, and for a literal its reason as well; whoever looks at all arguments of a field
 * (`refuseBadDates`) knows both.
 */
export class BadDate {
  constructor(
    readonly reason: 'INVALID_VALUE' | 'OUT_OF_RANGE',
    readonly message: string,
  ) {}
}

/**
 * The scalar under a name of ours, taking dates of the years that the platform knows. What it puts
 * out is not bounded. Input that cannot be taken becomes a BadDate.
 * @param yearOf a value as the scalar reads it; in UTC
 */
export function dateScalar<T, O>(
  base: GraphQLScalarType<T, O>,
  options: { name: string; description: string; yearOf: (value: T) => number },
): GraphQLScalarType<T | BadDate, O> {
  const { name, description, yearOf } = options;

  function bounded(read: () => T): T | BadDate {
    let value: T;
    try {
      value = read();
    } catch {
      return new BadDate('INVALID_VALUE', `This is no ${name}: ${description}`);
    }
    const year = yearOf(value);
    if (year >= FIRST_YEAR && year <= LAST_YEAR) return value;
    return new BadDate('OUT_OF_RANGE', YEARS);
  }

  const config = base.toConfig();
  return new GraphQLScalarType<T | BadDate, O>({
    ...config,
    name,
    description: `${description} ${YEARS}`,
    parseValue: (value) => bounded(() => config.parseValue(value)),
    parseLiteral: (node: ValueNode, variables) =>
      bounded(() => config.parseLiteral(node, variables)),
  });
}
