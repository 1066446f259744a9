import { Kind, visit, type DocumentNode, type FieldNode } from 'graphql';
import { isReserved, type ReservedKeys } from './reserved-keys.js';
import { settleConditions } from './settled-conditions.js';
import type { Path } from './tree.js';

/** The variable by which subgraphs are told of entities. */
const OF_GATEWAY = 'representations';

/** A document with names that are safe to plan with, and the way back to the client's own. */
export interface PlanDocument {
  readonly document: DocumentNode;
  /** Under which key the plan has what the client selects by this node. */
  keyInPlan(node: FieldNode): string;
  /** What the client calls a key or a variable of the plan. */
  ofClient(name: string): string;
  pathOfClient(path: Path): Path;
}

export function planDocumentOf(document: DocumentNode, reserved: ReservedKeys): PlanDocument {
  const prefix = freePrefix(document, reserved);
  const keyInPlan = (node: FieldNode): string => {
    const key = (node.alias ?? node.name).value;
    return isReserved(node, reserved) ? prefix + key : key;
  };
  const ofClient = (name: string): string =>
    name.startsWith(prefix) ? name.slice(prefix.length) : name;
  return {
    document: visit(settleConditions(document), {
      Field(node) {
        const value = keyInPlan(node);
        if (value === (node.alias ?? node.name).value) return undefined;
        return { ...node, alias: { kind: Kind.NAME, value } };
      },
      Variable(node) {
        if (node.name.value !== OF_GATEWAY) return undefined;
        return { ...node, name: { kind: Kind.NAME, value: prefix + OF_GATEWAY } };
      },
    }),
    keyInPlan,
    ofClient,
    pathOfClient: (path) => path.map((key) => (typeof key === 'string' ? ofClient(key) : key)),
  };
}

/** No name of the document or the schema begins with it. */
function freePrefix(document: DocumentNode, { names }: ReservedKeys): string {
  const taken = new Set(names);
  visit(document, { Name: ({ value }) => void taken.add(value) });
  let prefix = 'as_';
  while ([...taken].some((name) => name.startsWith(prefix))) prefix = `as${prefix}`;
  return prefix;
}
