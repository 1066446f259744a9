import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { collectFields, type CollectedField } from './collected-fields.js';
import type { CostModel, ListSize } from './cost-model.js';
import { CostProgram, type Amount, type Variables } from './cost-program.js';
import { argumentsCost } from './input-cost.js';
import { listLength, UNKNOWN_LENGTH, variablesOf } from './list-length.js';

const MUTATION = 10;
const COMPOSITE = 1;
/** The schema is answered here, and is large. */
const INTROSPECTION = 100;

/**
 * What an operation will cost at most, before it is executed, by the cost specification of IBM as
 * Apollo Federation has it: an object is 1, a leaf 0, a mutation 10 more, each times the length of its
 * lists; fields that are answered as one count once, and of the types that one place may have the
 * dearest counts.
 *
 * @returns the cost for the variables of one request
 * @throws BAD_USER_INPUT, when run, where a list needs exactly one argument that says its length
 */
export function compileCost(
  model: CostModel,
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): (variables: Variables) => number {
  const program = new CostProgram();
  const read = variablesOf(operation);
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const known = new Map<string, Amount>();
  const numbers = new Map<SelectionSetNode, number>();

  function keyOf(type: string, sets: readonly SelectionSetNode[], sized: Sized | null): string {
    const ids = sets.map((set) => {
      const id = numbers.get(set) ?? numbers.size;
      numbers.set(set, id);
      return id;
    });
    const length = typeof sized?.length === 'number' ? sized.length : sized?.length.place;
    return `${type} ${ids.join(',')} ${sized ? `${typeof sized.length} ${length}` : ''}`;
  }

  /** All fields of one object. */
  function objectCost(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    sized: Sized | null,
  ): Amount {
    const key = keyOf(type.name, sets, sized);
    let cost = known.get(key);
    if (cost === undefined) {
      const fields = collectFields(schema, fragments, type, sets, read);
      cost = program.sum([...fields.values()].map((field) => fieldCost(type, field, sized)));
      known.set(key, cost);
    }
    return cost;
  }

  function fieldCost(
    type: GraphQLObjectType,
    { nodes, when }: CollectedField,
    sized: Sized | null,
  ): Amount {
    const [node] = nodes;
    if (!node || node.name.value === '__typename') return 0;
    if (node.name.value.startsWith('__')) return INTROSPECTION;
    const definition = type.getFields()[node.name.value];
    if (!definition) return 0;
    const coordinate = `${type.name}.${definition.name}`;
    const size = model.listSizes.get(coordinate);
    const sizesInner = size !== undefined && size.sizedFields.length > 0;
    const length = listLength(program, size, definition, node, read);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const inner = sizesInner ? { length, fields: size.sizedFields } : null;
    const one = instanceCost(definition.type, model.weights.get(coordinate), sets, inner);
    const outer = sized?.fields.includes(definition.name) ? sized.length : null;
    const many = times(definition.type, one, outer ?? (sizesInner ? UNKNOWN_LENGTH : length));
    const args = argumentsCost(program, model, coordinate, definition, node, read);
    const cost = program.sum([many, args]);
    return when ? program.when(when, cost) : cost;
  }

  /** One object of a field's type, the dearest it may have. */
  function instanceCost(
    output: GraphQLOutputType,
    weight: number | undefined,
    sets: readonly SelectionSetNode[],
    sized: Sized | null,
  ): Amount {
    const type = getNamedType(output);
    if (isLeafType(type)) return weight ?? model.weights.get(type.name) ?? 0;
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    return program.max(
      possible
        .filter(isObjectType)
        .map((one) =>
          program.sum([
            weight ?? model.weights.get(one.name) ?? COMPOSITE,
            objectCost(one, sets, sized),
          ]),
        ),
    );
  }

  /** @param length of the outermost list */
  function times(output: GraphQLOutputType, one: Amount, length: Amount): Amount {
    let cost = one;
    let next: Amount = length;
    let type = getNullableType(output);
    while (isListType(type)) {
      cost = program.product(next, cost);
      next = UNKNOWN_LENGTH;
      type = getNullableType(type.ofType);
    }
    return cost;
  }

  const root = schema.getRootType(operation.operation);
  if (!root) return () => 0;
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  const fields = objectCost(root, [operation.selectionSet], null);
  return program.compile(program.sum([isMutation ? MUTATION : 0, fields]));
}

/** The lists within an object whose length its field has said. */
interface Sized {
  readonly length: Amount;
  readonly fields: ListSize['sizedFields'];
}
