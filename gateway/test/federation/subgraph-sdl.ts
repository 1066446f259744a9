const LINK = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [
  "@key", "@shareable", "@inaccessible", "@external", "@requires", "@provides", "@override",
  "@interfaceObject"])
`;

/** A library in four subgraphs, which share their types in every way that federation knows. */
export const SUBGRAPH_SDL = {
  catalog: `${LINK}
    scalar Date
    scalar Json
    enum Unit { GRAM OUNCE }
    enum Mood { CALM WILD SECRET @inaccessible }
    interface Media @key(fields: "id") {
      id: ID!
      title: String!
      creator: Person
      mood: Mood
      weight(unit: Unit! = GRAM): Int
    }
    type Book implements Media @key(fields: "id") @key(fields: "isbn") {
      id: ID!
      isbn: String!
      title: String!
      creator: Person
      mood: Mood
      weight(unit: Unit! = GRAM): Int
      size: Size @shareable
      pages: Int!
      published: Date
      meta: Json
      chapters: [[String!]!]!
    }
    type Film implements Media @key(fields: "id") {
      id: ID!
      title: String!
      creator: Person
      mood: Mood
      weight(unit: Unit! = GRAM): Int
      size: Size @shareable
      minutes: Int!
      basedOn: Book
    }
    type Unlisted implements Media @key(fields: "id") @inaccessible {
      id: ID!
      title: String!
      creator: Person
      mood: Mood
      weight(unit: Unit! = GRAM): Int
    }
    type Size @shareable { h: Int! w: Int! }
    type Room { code: String! @shareable floor: Int }
    type Shelf @key(fields: "room { code } number") {
      room: Room!
      number: Int!
      items: [Media]!
      strictItems: [Media!]
      grid: [[Book]!]
      things: [[Thing!]]
    }
    type Person @key(fields: "id") { id: ID! works: [Media!]! }
    union Thing = Book | Film | Person
    input MediaFilter { titleHas: String = "" ids: [ID!] within: MediaFilter }
    type Query {
      media(id: ID!): Media
      book(isbn: String!): Book
      allMedia(filter: MediaFilter = { titleHas: "e" }): [Media!]!
      shelf(room: String!, number: Int! = 1): Shelf
      shelves: [Shelf!]!
      things(first: Int = 4): [Thing]
      echo(value: Json, list: [Int!] = [1, 2], unit: Unit): Json
      unlisted: Media
      all: [Media!]
    }
    type Mutation { retitle(id: ID!, title: String!): Media }
  `,
  reviews: `${LINK}
    type Media @interfaceObject @key(fields: "id") {
      id: ID!
      reviews(first: Int = 2): [Review!]!
      rating: Float
      reviewer: Person
    }
    type Review @key(fields: "id") {
      id: ID!
      text: String
      stars: Int!
      author: Person @provides(fields: "nick")
      media: Media!
    }
    type Person @key(fields: "id") {
      id: ID!
      nick: String @external
      name: String! @external
      bio: String
      greeting(word: String = "Hello"): String @requires(fields: "name")
      reviews: [Review!]!
    }
    type Query { review(id: ID!): Review reviews: [Review!]! bestMedia: Media }
    type Mutation { addReview(media: ID!, stars: Int!): Review! }
  `,
  shipping: `${LINK}
    enum Unit { GRAM OUNCE }
    type Book @key(fields: "id") {
      id: ID!
      weight(unit: Unit! = GRAM): Int @external
      size: Size @external
      shippingCost(zone: Int! = 1): Int @requires(fields: "weight(unit: OUNCE) size { h w }")
      carrier: Person!
      fragile: Boolean
    }
    type Film @key(fields: "id") {
      id: ID!
      weight(unit: Unit! = GRAM): Int @external
      shippingCost(zone: Int! = 1): Int @requires(fields: "weight(unit: GRAM)")
    }
    type Size @shareable { h: Int! w: Int! }
    type Room { code: String! @shareable }
    type Shelf @key(fields: "room { code } number") {
      room: Room!
      number: Int!
      keeper: Person
      capacity: Int!
    }
    type Person @key(fields: "email") { email: String! }
    type Query { carriers: [Person!]! }
    type Mutation { ship(id: ID!): Book }
  `,
  people: `${LINK}
    scalar Date
    type Person @key(fields: "id") @key(fields: "email") {
      id: ID!
      email: String!
      nick: String @shareable
      name: String!
      born: Date
      bio: String @override(from: "reviews")
      secret: String!
      broken: String
      friends: [Person!]!
      bestFriend: Person
      address(format: String = "short"): String
    }
    type Query { me: Person person(email: String!): Person people(ids: [ID!]): [Person!]! }
    type Mutation { rename(id: ID!, name: String!): Person! }
  `,
};

export type SubgraphName = keyof typeof SUBGRAPH_SDL;
