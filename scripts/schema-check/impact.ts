import { ChangeType, type Change, type SerializableChange } from '@graphql-inspector/core';

/** Tells of an operation, by what it uses of the schema, whether a change concerns it. */
export type Concerns = (uses: ReadonlySet<string>) => boolean;

const usesAll =
  (...coordinates: string[]): Concerns =>
  (uses) =>
    coordinates.every((coordinate) => uses.has(coordinate));

const required = (type: string): boolean => type.endsWith('!');

/**
 * Whom a change concerns. What is not known here concerns everybody: it must not pass for safe.
 * Coordinates are those of the gateway's record, such as `Course.title` and `Query.course(id:)`.
 */
export function concernsOf(change: Change): Concerns {
  const { type, meta } = change as SerializableChange;
  switch (type) {
    case ChangeType.FieldRemoved:
      return usesAll(`${meta.typeName}.${meta.removedFieldName}`);
    case ChangeType.FieldTypeChanged:
      return usesAll(`${meta.typeName}.${meta.fieldName}`);
    // One that must be given is missed by those who do not give it.
    case ChangeType.FieldArgumentAdded:
      return usesAll(`${meta.typeName}.${meta.fieldName}`);
    case ChangeType.FieldArgumentDefaultChanged:
      return usesAll(`${meta.typeName}.${meta.fieldName}`);
    case ChangeType.FieldArgumentRemoved:
      return usesAll(`${meta.typeName}.${meta.fieldName}(${meta.removedFieldArgumentName}:)`);
    case ChangeType.FieldArgumentTypeChanged: {
      const field = `${meta.typeName}.${meta.fieldName}`;
      return usesAll(required(meta.newArgumentType) ? field : `${field}(${meta.argumentName}:)`);
    }
    case ChangeType.InputFieldAdded:
      return usesAll(meta.inputName);
    case ChangeType.InputFieldDefaultValueChanged:
      return usesAll(meta.inputName);
    case ChangeType.InputFieldRemoved:
      return usesAll(`${meta.inputName}.${meta.removedFieldName}`);
    case ChangeType.InputFieldTypeChanged:
      return usesAll(
        required(meta.newInputFieldType)
          ? meta.inputName
          : `${meta.inputName}.${meta.inputFieldName}`,
      );
    case ChangeType.EnumValueRemoved:
      return usesAll(`${meta.enumName}.${meta.removedEnumValueName}`);
    case ChangeType.EnumValueAdded:
      return usesAll(meta.enumName);
    case ChangeType.TypeRemoved:
      return usesAll(meta.removedTypeName);
    case ChangeType.TypeKindChanged:
      return usesAll(meta.typeName);
    case ChangeType.UnionMemberRemoved:
      return usesAll(meta.unionName, meta.removedUnionMemberTypeName);
    case ChangeType.UnionMemberAdded:
      return usesAll(meta.unionName);
    case ChangeType.ObjectTypeInterfaceRemoved:
      return usesAll(meta.objectTypeName, meta.removedInterfaceName);
    case ChangeType.ObjectTypeInterfaceAdded:
      return usesAll(meta.addedInterfaceName);
    case ChangeType.DirectiveRemoved:
      return usesAll(`@${meta.removedDirectiveName}`);
    default:
      return () => true;
  }
}
