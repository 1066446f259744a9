import { GraphQLError, parse, type DocumentNode } from 'graphql';
import { checkShape } from './shape.js';
import { tooLarge, type ShapeLimits } from './shape-limits.js';

const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[nt] \d+ tokens/;

/**
 * Parses a text whose shape is within the limits.
 * @throws GraphQLError GRAPHQL_PARSE_FAILED, or what `checkShape` throws
 */
export function parseWithin(text: string, limits: ShapeLimits): DocumentNode {
  const document = parseTokens(text, limits);
  checkShape(document, limits);
  return document;
}

function parseTokens(text: string, limits: ShapeLimits): DocumentNode {
  try {
    return parse(text, { maxTokens: limits.tokens });
  } catch (error) {
    // The parser calls itself for each level, and came to the end of the stack.
    if (error instanceof RangeError) throw tooLarge(limits, 'depth', limits.depth + 1);
    if (!(error instanceof GraphQLError)) throw error;
    if (TOO_MANY_TOKENS.test(error.message)) throw tooLarge(limits, 'tokens', limits.tokens + 1);
    const { message, source, positions } = error;
    const extensions = { code: 'GRAPHQL_PARSE_FAILED' };
    throw new GraphQLError(message, { source, positions, extensions });
  }
}
