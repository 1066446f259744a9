import { AsyncLocalStorage } from 'node:async_hooks';

/** The organization that a client is confined to; null for none. */
export interface OrganizationScope {
  readonly organizationId: string | null;
}

const statement = new AsyncLocalStorage<string | null>();

/** For a client whose statements are confined one by one, through views made by `viewOf`. */
export const scopeOfStatement: OrganizationScope = {
  get organizationId() {
    return statement.getStore() ?? null;
  },
};

/**
 * A client (or transaction) with `scopeOfStatement`, each of whose statements is sent confined to
 * this organization, also while statements of other views are under way.
 */
export function viewOf<C extends object>(client: C, organizationId: string | null): C {
  return new Proxy({} as C, {
    get(_target, name) {
      const member: unknown = Reflect.get(client, name);
      if (typeof member === 'object' && member !== null) return viewOf(member, organizationId);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(member, client, args);
        if (!isThenable(result)) return result;
        // Prisma sends a statement when its promise is asked for the first time.
        return new Promise((resolve, reject) => {
          statement.run(organizationId, () => void result.then(resolve, reject));
        });
      };
    },
  });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}

/** The generated `Prisma` namespace, which knows the models and their columns. */
export interface PrismaNamespace {
  readonly ModelName: Readonly<Record<string, string>>;
  readonly [member: string]: unknown;
}

type Args = Record<string, unknown>;
/** A statement as Prisma hands it to an extension. */
export interface Operation {
  model?: string;
  operation: string;
  args: unknown;
  query: (args: unknown) => unknown;
}

const BY_WHERE = new Set([
  'findUnique',
  'findUniqueOrThrow',
  'findFirst',
  'findFirstOrThrow',
  'findMany',
  'count',
  'aggregate',
  'groupBy',
  'delete',
  'deleteMany',
]);
const UPDATES = new Set(['update', 'updateMany', 'updateManyAndReturn']);
const CREATES = new Set(['create', 'createMany', 'createManyAndReturn']);

/** The operations of a Prisma client that change rows. */
export const WRITES: ReadonlySet<string> = new Set([
  ...UPDATES,
  ...CREATES,
  'upsert',
  'delete',
  'deleteMany',
  '$executeRaw',
]);

/**
 * A Prisma client extension that puts the organization on every statement: as a condition on what
 * is read, changed or deleted, as a value on what is created. Models without `organizationId` and
 * writes through relations are refused, and raw SQL has to name the column itself.
 */
export function organizationScope(scope: OrganizationScope, namespace: PrismaNamespace) {
  return {
    name: 'organization-scope',
    query: {
      $allOperations({ model, operation, args, query }: Operation): unknown {
        const { organizationId } = scope;
        if (organizationId === null) return query(args);
        if (!model) {
          requireNamed(operation, args);
          return query(args);
        }
        const columns = namespace[`${model}ScalarFieldEnum`] as Record<string, string> | undefined;
        if (!columns || !('organizationId' in columns)) {
          throw new Error(
            `${model} belongs to no organization: it is not reached by a scoped client`,
          );
        }
        return query(scopedArgs((args ?? {}) as Args, operation, organizationId, model, columns));
      },
    },
  };
}

function scopedArgs(
  args: Args,
  operation: string,
  organizationId: string,
  model: string,
  columns: Record<string, string>,
): Args {
  if (BY_WHERE.has(operation)) return { ...args, where: confined(args['where'], organizationId) };
  if (UPDATES.has(operation)) {
    refuseForeign(args['data'], model, columns, organizationId);
    return { ...args, where: confined(args['where'], organizationId) };
  }
  if (CREATES.has(operation)) {
    const data = args['data'];
    const own = (row: unknown) => owned(row, model, columns, organizationId);
    return { ...args, data: Array.isArray(data) ? data.map(own) : own(data) };
  }
  if (operation === 'upsert') {
    refuseForeign(args['update'], model, columns, organizationId);
    return {
      ...args,
      where: confined(args['where'], organizationId),
      create: owned(args['create'], model, columns, organizationId),
    };
  }
  throw new Error(`${operation} on ${model} is not known to the organization scope`);
}

function confined(where: unknown, organizationId: string): Args {
  const given = (where ?? {}) as Args;
  const and = given['AND'];
  const others = and === undefined ? [] : Array.isArray(and) ? and : [and];
  return { ...given, AND: [...(others as unknown[]), { organizationId }] };
}

function owned(
  row: unknown,
  model: string,
  columns: Record<string, string>,
  organizationId: string,
): Args {
  refuseForeign(row, model, columns, organizationId);
  return { ...(row as Args), organizationId };
}

function refuseForeign(
  row: unknown,
  model: string,
  columns: Record<string, string>,
  organizationId: string,
): void {
  for (const [name, value] of Object.entries((row ?? {}) as Args)) {
    if (value === undefined) continue;
    if (!(name in columns)) {
      throw new Error(`Write ${model}.${name} by itself: nested writes are not scoped`);
    }
    if (name === 'organizationId' && value !== organizationId) {
      throw new Error(`${model} of another organization`);
    }
  }
}

/** Raw SQL cannot be rewritten; it must at least say that it thought of the organization. */
function requireNamed(operation: string, args: unknown): void {
  // The tagged template, or `[text, ...values]`; the values are the client's and may be megabytes.
  const { strings } = args as { strings?: readonly string[] };
  const text = strings ? strings.join('?') : Array.isArray(args) ? args[0] : '';
  if (!String(text).includes('organization_id')) {
    throw new Error(`${operation} through a scoped client must name organization_id`);
  }
}
