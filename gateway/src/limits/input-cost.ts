import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  Kind,
  valueFromASTUntyped,
  visit,
  BREAK,
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  type ValueNode,
} from 'graphql';
import type { CostModel } from './cost-model.js';
import type { Amount, CostProgram } from './cost-program.js';
import type { ReadVariable } from './list-length.js';

/** What each object that a client sends costs, unless its place says otherwise. */
const INPUT_OBJECT = 1;

/** What the arguments of a field cost: declared weights, and one for each input object. */
export function argumentsCost(
  program: CostProgram,
  { weights }: CostModel,
  coordinate: string,
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
  read: ReadVariable,
): Amount {
  function costOf(type: GraphQLInputType, value: unknown, weight: number | undefined): number {
    if (value === null || value === undefined) return 0;
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const entries = Array.isArray(value) ? value : [value];
      let sum = weight ?? 0;
      for (const entry of entries) sum += costOf(nullable.ofType, entry, undefined);
      return sum;
    }
    if (!isInputObjectType(nullable)) return weight ?? 0;
    let sum = weight ?? INPUT_OBJECT;
    if (typeof value !== 'object') return sum;
    const fields = nullable.getFields();
    for (const [name, inner] of Object.entries(value)) {
      const field = fields[name];
      if (field) sum += costOf(field.type, inner, weights.get(`${nullable.name}.${name}`));
    }
    return sum;
  }

  const amounts = definition.args.map((argument): Amount => {
    const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
    const weight = weights.get(`${coordinate}.${argument.name}`);
    const isObject = isInputObjectType(getNamedType(argument.type));
    if (!value || (!isObject && weight === undefined)) return 0;
    if (!hasVariables(value)) return costOf(argument.type, valueFromASTUntyped(value), weight);
    if (value.kind === Kind.VARIABLE) {
      const name = value.name.value;
      return program.step((_, variables) => costOf(argument.type, read(variables, name), weight));
    }
    return program.step((_, variables) =>
      costOf(argument.type, valueFromASTUntyped(value, variables), weight),
    );
  });
  return program.sum(amounts);
}

function hasVariables(value: ValueNode): boolean {
  let found = false;
  visit(value, {
    Variable() {
      found = true;
      return BREAK;
    },
  });
  return found;
}
