import {
  defaultFieldResolver,
  getNamedType,
  isInputObjectType,
  isObjectType,
  isScalarType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { BadDate } from './date-scalar.js';
import { badInput } from './errors.js';
import { DATE_SCALARS } from './scalars.js';

type Path = readonly (string | number)[];

/**
 * Has every field that takes dates refuse those that cannot be taken, whether they came as variables
 * or stand in the text: BAD_USER_INPUT with the path in the field's arguments, and the reason
 * INVALID_VALUE or OUT_OF_RANGE.
 */
export function refuseBadDates(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (!field.args.some((argument) => takesDates(argument.type))) continue;
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args: Record<string, unknown>, context, info) => {
        refuse(args, []);
        return resolve(source, args, context, info);
      };
    }
  }
  return schema;
}

/** Whether a date can stand anywhere in a value of the type. */
export function takesDates(type: GraphQLInputType, seen = new Set<unknown>()): boolean {
  const named = getNamedType(type);
  if (isScalarType(named)) return DATE_SCALARS.has(named.name);
  if (!isInputObjectType(named) || seen.has(named)) return false;
  seen.add(named);
  return Object.values(named.getFields()).some((field) => takesDates(field.type, seen));
}

/** @throws BAD_USER_INPUT for the first bad date in the value */
function refuse(value: unknown, path: Path): void {
  if (value instanceof BadDate) throw badInput(path, value.reason, value.message);
  if (Array.isArray(value)) value.forEach((item, index) => refuse(item, [...path, index]));
  else if (typeof value === 'object' && value !== null && !(value instanceof Date)) {
    for (const [key, part] of Object.entries(value)) refuse(part, [...path, key]);
  }
}
