import { describe, expect, it } from '@jest/globals';
import { compare } from './comparison.js';

/** Each is answered twice, byte for byte: by the gateway, and by one schema in one process. */
const CASES: Readonly<Record<string, readonly [string, Record<string, unknown>?]>> = {
  'interfaces, with fragments on their types': [
    `{ allMedia(filter: {}) { __typename title ... on Book { pages } ... on Film { minutes } } }`,
  ],
  'one response key for fields of different types': [
    `{ allMedia(filter: {}) { ... on Book { x: pages } ... on Film { x: minutes } } }`,
  ],
  'fields that an interface object adds': [
    `{ allMedia(filter: {}) { rating reviews(first: 1) { stars media { __typename title } } } }`,
  ],
  'an interface object whose type another subgraph knows': [
    `{ bestMedia { __typename rating title ... on Film { minutes basedOn { pages } } } }`,
  ],
  'a type of the interface that only the other subgraph knows, asked for last': [
    `{ shelves { items { ... on Film { rating __typename } } } bestMedia { rating __typename } }`,
  ],
  'a key of several fields, one of them nested': [
    `{ shelves { number capacity room { code floor } keeper { name } } }`,
  ],
  'several keys': [
    `{ carriers { id email name works { id } } book(isbn: "isbn-b1") { carrier { bio } } }`,
  ],
  'requirements with arguments, beside the same field with others': [
    `{ book(isbn: "isbn-b1") { weight shippingCost ounces: weight(unit: OUNCE) size { h } }
       media(id: "f1") { weight(unit: OUNCE) ... on Film { shippingCost(zone: 3) } } }`,
  ],
  'a requirement that is skipped with what it is for': [
    `query ($no: Boolean!) { people { reviews { stars } greeting @include(if: $no) } }`,
    { no: false },
  ],
  'what is provided on the way': [`{ reviews { author { nick name } } }`],
  'a field that was overridden': [`{ reviews { author { bio } } me { bio } }`],
  'a shared field': [
    `{ shelves { room { code } } media(id: "b1") { ... on Book { size { h w } } } }`,
  ],
  unions: [
    `{ things(first: 9) { __typename ... on Media { title } ... on Person { name } }
       shelves { things { ... on Book { isbn } ... on Person { works { title } } } } }`,
  ],
  'lists of lists': [
    `{ shelves { grid { title shippingCost } things { __typename } } book(isbn: "isbn-b2") { chapters } }`,
  ],
  'an entity many times in one answer': [
    `{ people { friends { bestFriend { name reviews { media { title rating } } } } } }`,
  ],
  'aliases of one field with different arguments': [
    `{ me { a: address b: address(format: "long") c: address(format: null) greeting }
       x: shelves { number } one: media(id: "b1") { title } two: media(id: "f1") { title } }`,
  ],
  'aliases that are names of other fields, of keys as well': [
    `{ allMedia(filter: {}) { id: title title: id rating __typename: mood }
       book(isbn: "isbn-b1") { isbn: title carrier { id: name email: nick name: bio greeting } } }`,
  ],
  'names that every object has': [
    `{ __proto__: me { constructor: name toString: bio hasOwnProperty: nick __proto__: email } }`,
  ],
  'fields of one key from several fragments': [
    `{ media(id: "b1") { ...A ...B ... on Book { creator { works { title } } } } }
     fragment A on Media { creator { name works { id } } }
     fragment B on Media { creator { bio works { __typename reviews { stars } } } }`,
  ],
  'conditions at every level, of variables and literals': [
    `query ($yes: Boolean!, $no: Boolean = false) {
       me @include(if: $yes) { name @skip(if: $yes) bio @include(if: $no) nick @skip(if: $no)
         friends @include(if: $yes) @skip(if: $no) { ... @include(if: $yes) { name email @skip(if: true) } } }
       shelves @skip(if: $yes) { keeper { name } } reviews @include(if: false) { stars } }`,
    { yes: true },
  ],
  'everything skipped': [`query ($no: Boolean!) { me @include(if: $no) { name } }`, { no: false }],
  // Apollo's planner has some of these fetched.
  'what literal conditions leave out, within each other': [
    `query ($yes: Boolean!) {
       people { secret @skip(if: true) born } two: reviews { author { broken @include(if: false) bio } }
       media(id: "f1") { creator @include(if: $yes) { broken @skip(if: true) nick } } }`,
    { yes: true },
  ],
  // Its planner has none of these two fetched.
  'an object of which conditions leave nothing': [
    `query ($yes: Boolean!) {
       media(id: "b1") @include(if: $yes) { ... on Book @skip(if: $yes) { fragile } } }`,
    { yes: true },
  ],
  'objects of which conditions leave nothing': [
    `query ($yes: Boolean!) { people @include(if: $yes) { ... @skip(if: $yes) { bio } } }`,
    { yes: true },
  ],
  'variables by default, null and absent': [
    `query ($word: String = "Hi", $format: String = "x", $none: String) {
       me { greeting(word: $word) address(format: $format) other: address(format: $none) } }`,
    { format: null },
  ],
  'a variable of the name that gateways use': [
    `query ($representations: ID!) { media(id: $representations) { rating reviews { author { name } } } }`,
    { representations: 'b1' },
  ],
  'input objects, nested and by default': [
    `query ($filter: MediaFilter!, $ids: [ID!]) {
       allMedia(filter: $filter) { id } byDefault: allMedia { id }
       more: allMedia(filter: { ids: $ids, within: { ids: ["b1", "f1"] } }) { rating } }`,
    { filter: { ids: 'b1' }, ids: ['b1', 'b2'] },
  ],
  'custom scalars, as they are': [
    `query ($v: Json) { echo(value: $v, list: 3, unit: OUNCE) b: echo me { born }
       book(isbn: "isbn-b1") { meta published } }`,
    { v: { __typename: 'x', deep: [{ a: null }], '': 1 } },
  ],
  '__typename everywhere': [
    `{ __typename a: __typename me { __typename works { __typename reviews { __typename } } }
       shelves { __typename room { __typename } } }`,
  ],
  introspection: [
    `query ($name: String!) { __schema { queryType { name } types { ...T } }
       __type(name: $name) { ...T } me { name } }
     fragment T on __Type { name kind fields { name type { kind ofType { name } } } enumValues { name } }`,
    { name: 'Mood' },
  ],
  'an enum value that is hidden': [`{ book(isbn: "isbn-b3") { title mood } }`],
  'a type that is hidden': [`{ unlisted { title } all { title rating } }`],
  'an error in a nullable field, in lists and in fetches of entities': [
    `{ people { broken friends { broken } } reviews { author { nick broken } } }`,
  ],
  'errors of entities that are asked for more at one place than at another': [
    `{ allMedia(filter: {}) { creator { id } ... on Book { creator { bestFriend { secret } } } }
       carriers { works { ... on Book { creator { broken } } creator { address } } } }`,
  ],
  'a null that goes up to what may be null': [
    `{ reviews { stars author { name secret } } media(id: "b2") { reviewer { secret } } }`,
  ],
  'a null that goes up through lists to the root': [`{ people { name secret } }`],
  'mutations in their order, over subgraphs': [
    `mutation { a: retitle(id: "b1", title: "One") { title rating }
       addReview(media: "b1", stars: 5) { id stars media { title } }
       b: retitle(id: "b1", title: "Two") { title shipping: __typename }
       ship(id: "b1") { fragile title } rename(id: "p1", name: "New") { greeting works { title } } }`,
  ],
  // Apollo's planner has these done twice,
  'mutations in fragments, some of them twice under conditions': [
    `mutation ($yes: Boolean!) { ...A @include(if: $yes) ...A ... @skip(if: $yes) { no: rename(id: "p1", name: "No") { name } } }
     fragment A on Mutation { addReview(media: "b1", stars: 1) { id } ...B
       rename(id: "p1", name: "Yes") @include(if: $yes) { name } }
     fragment B on Mutation { addReview(media: "b1", stars: 1) { stars } }`,
    { yes: true },
  ],
  // and the second of these first.
  'mutations of one subgraph in their order, in fragments': [
    `mutation { one: addReview(media: "x", stars: 1) { id } ...F ship(id: "b1") { carrier { bio } } }
     fragment F on Mutation { two: addReview(media: "b1", stars: 2) { id } ship(id: "b1") { fragile } }`,
  ],
  // Its planner has both done before it asks for what the first has made.
  'mutations of one subgraph that show each what it has made, elsewhere': [
    `mutation { retitle(id: "f1", title: "One") { reviews { media { title } } }
       two: retitle(id: "f1", title: "Two") { rating } }`,
  ],
  'a mutation of which nothing is left': [
    `mutation ($no: Boolean!) { rename(id: "p1", name: "x") @include(if: $no) { name } }`,
    { no: false },
  ],
  'a mutation that fails among others': [
    `mutation { a: retitle(id: "b1", title: "One") { title } rename(id: "nobody", name: "x") { name } }`,
  ],
};

describe.each([
  ['in process', false],
  ['over the wire', true],
])('%s', (_, wire) => {
  it.each(Object.entries(CASES))('%s', async (_name, [text, variables]) => {
    const answers = await compare(text, { variables, wire });
    expect(answers).not.toBeNull();
    expect(answers?.gateway).toEqual(answers?.single);
  });
});
