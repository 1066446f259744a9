import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { buildSchema, parse, type GraphQLSchema } from 'graphql';

/** What every contender is asked: three fetches, each of which needs the answer of the one before. */
export const OPERATION = {
  query: `query Storefront($first: Int!) {
  topProducts(first: $first) {
    id name price
    reviews { id body author { id name username } }
  }
}`,
  operationName: 'Storefront',
  variables: { first: 20 },
};

export const SUBGRAPHS = ['products', 'reviews', 'users'] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

const PRODUCTS = 20;
const USERS = 20;
const REVIEWS_PER_PRODUCT = 2;

interface Product {
  id: string;
  name: string;
  price: number;
}
interface User {
  id: string;
  name: string;
  username: string;
}
interface Review {
  id: string;
  body: string;
  author: { id: string };
}

const numbered = <T>(count: number, make: (number: number) => T): T[] =>
  Array.from({ length: count }, (_, place) => make(place + 1));

const products: Product[] = numbered(PRODUCTS, (n) => ({
  id: `product-${n}`,
  name: `Product ${n}`,
  price: n * 100 - 1,
}));
const users = new Map<string, User>(
  numbered(USERS, (n) => [
    `user-${n}`,
    { id: `user-${n}`, name: `Reviewer ${n}`, username: `reviewer${n}` },
  ]),
);
const reviews = new Map<string, Review[]>(
  products.map(({ id }, place) => [
    id,
    numbered(REVIEWS_PER_PRODUCT, (n) => {
      const number = place * REVIEWS_PER_PRODUCT + n;
      return {
        id: `review-${number}`,
        body: `Bought it again ${number}`,
        author: { id: `user-${((number * 7) % USERS) + 1}` },
      };
    }),
  ]),
);

const topProducts = (_: unknown, { first }: { first: number }) => products.slice(0, first);

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])`;

const SDL: Record<SubgraphName, string> = {
  products: `
    type Query { topProducts(first: Int!): [Product!]! }
    type Product @key(fields: "id") { id: ID! name: String! price: Int! }`,
  reviews: `
    type Product @key(fields: "id") { id: ID! reviews: [Review!]! }
    type Review { id: ID! body: String! author: User! }
    type User @key(fields: "id", resolvable: false) { id: ID! }`,
  users: `
    type User @key(fields: "id") { id: ID! name: String! username: String! }`,
};

const RESOLVERS: Record<SubgraphName, object> = {
  products: { Query: { topProducts } },
  reviews: {
    Product: {
      __resolveReference: ({ id }: { id: string }) => ({ id, reviews: reviews.get(id) }),
    },
  },
  users: { User: { __resolveReference: ({ id }: { id: string }) => users.get(id) } },
};

export function subgraphSchema(name: SubgraphName): GraphQLSchema {
  return buildSubgraphSchema([
    { typeDefs: parse(LINK + SDL[name]), resolvers: RESOLVERS[name] as never },
  ]);
}

/** @param urls where each subgraph answers, for contenders that read it from the supergraph */
export function composeSupergraph(urls: Readonly<Record<SubgraphName, string>>): string {
  const { supergraphSdl, errors } = composeServices(
    SUBGRAPHS.map((name) => ({ name, url: urls[name], typeDefs: parse(LINK + SDL[name]) })),
  );
  if (errors) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** The same graph as one schema, without federation. */
export function monolith(): { schema: GraphQLSchema; rootValue: object } {
  const schema = buildSchema(`
    type Query { topProducts(first: Int!): [Product!]! }
    type Product { id: ID! name: String! price: Int! reviews: [Review!]! }
    type Review { id: ID! body: String! author: User! }
    type User { id: ID! name: String! username: String! }`);
  const resolve = (type: string, field: string, resolver: (parent: never) => unknown) => {
    const definition = (
      schema.getType(type) as { getFields(): Record<string, object> }
    ).getFields();
    Object.assign(definition[field]!, { resolve: resolver });
  };
  resolve('Product', 'reviews', ({ id }: Product) => reviews.get(id));
  resolve('Review', 'author', ({ author }: Review) => users.get(author.id));
  const rootValue = { topProducts: (args: { first: number }) => topProducts(null, args) };
  return { schema, rootValue };
}
