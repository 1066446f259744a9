import { Kind, valueFromASTUntyped, type DocumentNode, type GraphQLSchema } from 'graphql';

/** How often fields may be tried from one place on the network. */
export interface FieldBudget {
  readonly name: string;
  readonly tries: number;
  readonly seconds: number;
}

const DIRECTIVE_NAMES = new Set(['rateLimited', 'limits__rateLimited']);

/**
 * Reads `@rateLimited` off a supergraph: the budget of each root field that has one, by `Type.field`.
 * @throws Error when a field below the root has one, or fields of one budget say different things of it
 */
export function readFieldBudgets(
  supergraph: DocumentNode,
  apiSchema: GraphQLSchema,
): ReadonlyMap<string, FieldBudget> {
  const roots = new Set(
    [apiSchema.getQueryType(), apiSchema.getMutationType(), apiSchema.getSubscriptionType()].map(
      (type) => type?.name,
    ),
  );
  const byField = new Map<string, FieldBudget>();
  const byName = new Map<string, FieldBudget>();
  for (const definition of supergraph.definitions) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    ) {
      continue;
    }
    for (const field of definition.fields ?? []) {
      const directive = field.directives?.find(({ name }) => DIRECTIVE_NAMES.has(name.value));
      if (!directive) continue;
      const place = `${definition.name.value}.${field.name.value}`;
      if (!roots.has(definition.name.value)) {
        throw new Error(`${place}: @rateLimited is for root fields, whose tries can be counted.`);
      }
      const values = Object.fromEntries(
        (directive.arguments ?? []).map((arg) => [arg.name.value, valueFromASTUntyped(arg.value)]),
      );
      const budget: FieldBudget = {
        name: String(values['budget']),
        tries: Number(values['tries']),
        seconds: Number(values['seconds']),
      };
      if (!(budget.tries > 0 && budget.seconds > 0)) {
        throw new Error(`${place}: @rateLimited needs some tries in some seconds.`);
      }
      const other = byName.get(budget.name) ?? budget;
      if (other.tries !== budget.tries || other.seconds !== budget.seconds) {
        throw new Error(`${place}: the budget "${budget.name}" is another one elsewhere.`);
      }
      byName.set(budget.name, other);
      byField.set(place, other);
    }
  }
  return byField;
}
