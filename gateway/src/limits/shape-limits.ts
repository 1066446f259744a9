import { GraphQLError } from 'graphql';

/** What the text of a request may be made of; refused before it is validated. */
export interface ShapeLimits {
  /** Lexical tokens of the text. */
  readonly tokens: number;
  /** Operations in one document, of which one is executed. */
  readonly operations: number;
  /** Fragment definitions in one document. */
  readonly fragments: number;
  /** Fields within fields, fragments included; also lists and objects within written values. */
  readonly depth: number;
  /** Fields at the top of an operation, fragments included: each is work of its own. */
  readonly rootFields: number;
  /** Aliases in the text. */
  readonly aliases: number;
  /** Directives in the text. */
  readonly directives: number;
  /** Directives at one place. */
  readonly directivesPerLocation: number;
  /** Fields, spreads and inline fragments, each fragment counted wherever it is spread. */
  readonly selections: number;
  /** Pairs of fields with one name for their answer: what validation has to compare. */
  readonly comparisons: number;
}

const COUNTED: Readonly<Record<keyof ShapeLimits, string>> = {
  tokens: 'tokens',
  operations: 'operations in one document',
  fragments: 'fragments',
  depth: 'levels of fields or values within each other',
  rootFields: 'fields at its top',
  aliases: 'aliases',
  directives: 'directives',
  directivesPerLocation: 'directives at one place',
  selections: 'selections once its fragments are spread',
  comparisons: 'pairs of fields under the same name',
};

/** @throws GraphQLError OPERATION_TOO_LARGE with the limit's name, what was counted, and the most */
export function holdTo(limits: ShapeLimits, limit: keyof ShapeLimits, value: number): void {
  if (value > limits[limit]) throw tooLarge(limits, limit, value);
}

/** @param value counted until it was too much: there may be more */
export function tooLarge(
  limits: ShapeLimits,
  limit: keyof ShapeLimits,
  value: number,
): GraphQLError {
  const max = limits[limit];
  const counted = Math.min(value, Number.MAX_SAFE_INTEGER);
  return new GraphQLError(
    `The request has ${counted} ${COUNTED[limit]} or more; the limit is ${max}.`,
    { extensions: { code: 'OPERATION_TOO_LARGE', limit, value: counted, max } },
  );
}
