import { isEnumType, isSpecifiedScalarType, type GraphQLLeafType } from 'graphql';
import { fail, type Complete } from './shaping.js';

const SPECIFIED: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Int: (value) => Number.isInteger(value),
  Float: (value) => Number.isFinite(value),
};

/** Subgraphs have serialized it already: what is left is to refuse what clients' schema does not have. */
export function completeLeaf(type: GraphQLLeafType): Complete {
  if (isEnumType(type)) {
    const names = new Set<unknown>(type.getValues().map(({ name }) => name));
    return checked(type.name, (value) => names.has(value));
  }
  if (!isSpecifiedScalarType(type)) return (value) => value;
  if (type.name === 'ID') {
    const refuse = checked(type.name, () => false);
    return (value, shaping, depth) => {
      if (typeof value === 'string') return value;
      return Number.isInteger(value) ? String(value) : refuse(value, shaping, depth);
    };
  }
  return checked(type.name, SPECIFIED[type.name] ?? (() => true));
}

function checked(name: string, isValid: (value: unknown) => boolean): Complete {
  return (value, shaping, depth) =>
    isValid(value) ? value : fail(shaping, depth, `A value is no ${name}.`);
}
