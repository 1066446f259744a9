import { WRITES, type Operation } from '../organization-scope.js';

type Method = (args: unknown) => Promise<unknown>;

/**
 * A Prisma client extension by which a write that would be a transaction by itself is made in one
 * that `transact` begins, so that more can be written with it.
 */
export function writesInTransactions(
  transact: (write: (transaction: object) => Promise<unknown>) => Promise<unknown>,
) {
  return {
    name: 'writes-in-transactions',
    query: {
      $allOperations({ model, operation, args, query }: Operation): unknown {
        if (!WRITES.has(operation)) return query(args);
        return transact(async (transaction) => {
          const name = model && model.charAt(0).toLowerCase() + model.slice(1);
          const on = (name ? Reflect.get(transaction, name) : transaction) as Record<
            string,
            Method
          >;
          return on[operation]!(args);
        });
      },
    },
  };
}
