import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { parseWithin } from '../limits/parse.js';
import type { ShapeLimits } from '../limits/shape-limits.js';
import { OperationRefused, withCode } from '../graph/operation-refused.js';

/** Characters of the texts that are remembered; documents and plans take some times as much memory. */
const REMEMBERED_CHARACTERS = 8_000_000;
const REMEMBERED_DOCUMENTS = 5_000;
const MOST_ERRORS = 20;

/** Documents that are valid against one schema, each parsed and validated once. */
export interface Documents {
  /**
   * @throws OperationRefused or GraphQLError with OPERATION_TOO_LARGE, GRAPHQL_PARSE_FAILED or
   * GRAPHQL_VALIDATION_FAILED
   */
  valid(text: string): DocumentNode;
}

/** @param introspection whether clients may know the schema, by asking and by suggestions in errors */
export function createDocuments(options: {
  schema: GraphQLSchema;
  limits: ShapeLimits;
  introspection: boolean;
}): Documents {
  const { schema, limits, introspection } = options;
  const known = new LRUCache<string, DocumentNode>({
    max: REMEMBERED_DOCUMENTS,
    maxSize: REMEMBERED_CHARACTERS,
    sizeCalculation: (_, text) => text.length + 1,
  });
  const rules = [...specifiedRules, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])];

  function faultsOf(document: DocumentNode): readonly GraphQLError[] {
    const extent = { maxErrors: MOST_ERRORS, hideSuggestions: !introspection };
    try {
      return validate(schema, document, rules, extent);
    } catch (error) {
      // Such as `@include` on a subscription's root field.
      if (!(error instanceof GraphQLError)) throw error;
      throw new OperationRefused([withCode(error, 'GRAPHQL_VALIDATION_FAILED')]);
    }
  }

  return {
    valid(text) {
      const remembered = known.get(text);
      if (remembered) return remembered;
      const document = parseWithin(text, limits);
      const faults = faultsOf(document);
      if (faults.length > 0) {
        throw new OperationRefused(faults.map((e) => withCode(e, 'GRAPHQL_VALIDATION_FAILED')));
      }
      known.set(text, document);
      return document;
    },
  };
}
