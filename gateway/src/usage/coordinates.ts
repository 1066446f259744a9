import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';

/**
 * What an operation uses of the schema: `Type`, `Type.field`, `Type.field(argument:)`, `Input.field`,
 * `Enum.VALUE`, `@directive`. What is in a variable is not looked at: of its type everything counts as
 * used. Introspection is left out.
 * @param document valid against the schema
 */
export function coordinatesOf(schema: GraphQLSchema, document: DocumentNode): string[] {
  const used = new Set<string>();
  const whole = new Set<string>();
  const types = new TypeInfo(schema);

  const use = (type: GraphQLNamedType | null | undefined, member?: string): void => {
    if (!type || type.name.startsWith('__')) return;
    used.add(type.name);
    if (member !== undefined) used.add(`${type.name}.${member}`);
  };

  function useWhole(type: GraphQLNamedType | undefined): void {
    if (!type || whole.has(type.name)) return;
    whole.add(type.name);
    use(type);
    if (isEnumType(type)) for (const { name } of type.getValues()) use(type, name);
    if (!isInputObjectType(type)) return;
    for (const field of Object.values(type.getFields())) {
      use(type, field.name);
      useWhole(getNamedType(field.type));
    }
  }

  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        if (node.name.value.startsWith('__')) return;
        use(types.getParentType(), node.name.value);
        use(getNamedType(types.getType()));
      },
      Argument(node) {
        if (types.getDirective()) return;
        const parent = types.getParentType();
        const field = types.getFieldDef();
        if (parent && field) used.add(`${parent.name}.${field.name}(${node.name.value}:)`);
      },
      Directive: ({ name }) => void used.add(`@${name.value}`),
      InlineFragment: () => use(getNamedType(types.getType())),
      FragmentDefinition: () => use(getNamedType(types.getType())),
      VariableDefinition: ({ type }) => useWhole(getNamedType(typeFromAST(schema, type as never))),
      ObjectField(node) {
        use(getNamedType(types.getParentInputType()), node.name.value);
      },
      EnumValue({ value }) {
        use(getNamedType(types.getInputType()), value);
      },
      ObjectValue: () => use(getNamedType(types.getInputType())),
    }),
  );
  return [...used].toSorted();
}
