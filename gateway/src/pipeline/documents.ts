import {
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { LIMITS, operationLimits } from './limits.js';
import { OperationRefused, withCode } from './operation-refused.js';

/** Characters of the texts that are remembered; documents and plans take some times as much memory. */
const REMEMBERED_CHARACTERS = 8_000_000;
const REMEMBERED_DOCUMENTS = 5_000;
const MOST_ERRORS = 20;

/** Documents that are valid against one schema, each parsed and validated once. */
export interface Documents {
  /** @throws OperationRefused with GRAPHQL_PARSE_FAILED or GRAPHQL_VALIDATION_FAILED */
  valid(text: string): DocumentNode;
}

/** @param introspection whether clients may know the schema, by asking and by suggestions in errors */
export function createDocuments(options: {
  schema: GraphQLSchema;
  introspection: boolean;
}): Documents {
  const { schema, introspection } = options;
  const known = new LRUCache<string, DocumentNode>({
    max: REMEMBERED_DOCUMENTS,
    maxSize: REMEMBERED_CHARACTERS,
    sizeCalculation: (_, text) => text.length + 1,
  });
  const rules = [
    ...operationLimits,
    ...specifiedRules,
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];

  function parsed(text: string): DocumentNode {
    try {
      return parse(text, { maxTokens: LIMITS.tokens });
    } catch (error) {
      throw refused(error, 'GRAPHQL_PARSE_FAILED');
    }
  }

  function faultsOf(document: DocumentNode): readonly GraphQLError[] {
    const limits = { maxErrors: MOST_ERRORS, hideSuggestions: !introspection };
    try {
      return validate(schema, document, rules, limits);
    } catch (error) {
      // Such as `@include` on a subscription's root field.
      throw refused(error, 'GRAPHQL_VALIDATION_FAILED');
    }
  }

  return {
    valid(text) {
      const remembered = known.get(text);
      if (remembered) return remembered;
      const document = parsed(text);
      const faults = faultsOf(document);
      if (faults.length > 0) {
        throw new OperationRefused(faults.map((e) => withCode(e, 'GRAPHQL_VALIDATION_FAILED')));
      }
      known.set(text, document);
      return document;
    },
  };
}

/** A fault of the text; anything else is one of ours, and stays what it is. */
function refused(error: unknown, code: string): unknown {
  if (error instanceof GraphQLError) return new OperationRefused([withCode(error, code)]);
  // The parser works recursively: brackets within brackets by the thousand leave it no stack.
  if (error instanceof RangeError) {
    return new GraphQLError('The document nests too deep.', { extensions: { code } });
  }
  return error;
}
