import Negotiator from 'negotiator';

const GRAPHQL = 'application/graphql-response+json';
const JSON_TYPE = 'application/json';

/** In which form to answer, of those of GraphQL over HTTP. */
export interface AnswerType {
  readonly contentType: string;
  /**
   * The client asked for `application/json` by name: by the specification it then gets 200 for an
   * operation that is refused for what it says, as clients of old expect.
   */
  readonly isLegacy: boolean;
}

const AS_GRAPHQL: AnswerType = { contentType: `${GRAPHQL}; charset=utf-8`, isLegacy: false };
const AS_JSON: AnswerType = { contentType: `${JSON_TYPE}; charset=utf-8`, isLegacy: true };
export const BY_DEFAULT: AnswerType = {
  contentType: `${JSON_TYPE}; charset=utf-8`,
  isLegacy: false,
};

/** Null when the client accepts neither form. */
export function answerTypeOf(accept: string | undefined): AnswerType | null {
  if (accept === undefined || accept === '*/*' || accept === '') return BY_DEFAULT;
  if (accept === JSON_TYPE) return AS_JSON;
  // JSON first: it wins where a wildcard leaves the choice.
  const wanted = new Negotiator({ headers: { accept } }).mediaType([JSON_TYPE, GRAPHQL]);
  if (wanted === GRAPHQL) return AS_GRAPHQL;
  if (wanted !== JSON_TYPE) return null;
  return accept.toLowerCase().includes(JSON_TYPE) ? AS_JSON : BY_DEFAULT;
}
