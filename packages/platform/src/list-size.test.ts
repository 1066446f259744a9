import { expect, it } from '@jest/globals';
import { parse, print } from 'graphql';
import { withListSizes } from './list-size.js';

const sizesOf = (sdl: string) =>
  [...print(withListSizes(parse(sdl))).matchAll(/^ {2}(\w+).*?(@listSize.*)$/gm)].map(
    ([, field, directive]) => [field, directive],
  );
const PAGE =
  '@listSize(slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], assumedSize: 20, requireOneSlicingArgument: false)';
const TYPES = 'type Boats { edges: [ID!]! nodes: [ID] total: Int }';

it('a field that takes a page says how long it is, whatever type it belongs to', () => {
  expect(
    sizesOf(`${TYPES}
      type Query { boats(first: Int, last: Int, after: String): Boats! }
      interface Port { berthed(first: Int, last: Int): Boats }`),
  ).toEqual([
    ['boats', PAGE],
    ['berthed', PAGE],
  ]);
});

it('a field that says so itself keeps what it says, and other lists get nothing', () => {
  expect(
    sizesOf(`${TYPES}
      type Query {
        few(first: Int, last: Int): Boats! @listSize(assumedSize: 2)
        all: [ID] first(first: Int): Boats scalar(first: Int, last: Int): ID
      }`),
  ).toEqual([['few', '@listSize(assumedSize: 2)']]);
});
