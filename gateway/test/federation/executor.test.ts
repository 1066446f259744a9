import { expect, it } from '@jest/globals';
import type { SubgraphRequest } from '@lyceum/platform/subgraph';
import { LyceumError } from '@lyceum/platform/errors';
import { parse } from 'graphql';
import { federated, type Federated } from './federated.js';

const ask = (gateway: Federated, text: string, input = {}) => gateway.execute(parse(text), input);
const asked = (gateway: Federated, subgraph: string): SubgraphRequest[] =>
  gateway.requests.filter((each) => each.subgraph === subgraph).map(({ request }) => request);

/** A subgraph that has never heard of some entities. */
const unknownTo =
  (subgraph: string): Federated['intercept'] =>
  (name, { query, variables }) => {
    if (name !== subgraph || !query?.includes('_entities')) return null;
    const representations = variables?.['representations'] as unknown[];
    return { data: { _entities: representations.map(() => null) } };
  };

const failing =
  (subgraph: string): Federated['intercept'] =>
  (name) => {
    if (name === subgraph) throw new Error('down');
    return null;
  };

it('asks for an entity once, however often it is in the answer', async () => {
  const gateway = federated();
  await ask(gateway, '{ people { friends { bestFriend { greeting } } } }');
  const [request] = asked(gateway, 'reviews');
  expect(request?.variables?.['representations']).toEqual(
    ['p3', 'p4', 'p2'].map((id) => ({ __typename: 'Person', id, name: `Name of ${id}` })),
  );
});

it('sends the same document and text every time', async () => {
  const gateway = federated();
  const document = parse('{ reviews { author { name } } }');
  await gateway.execute(document);
  await gateway.execute(document);
  const [first, again] = asked(gateway, 'people');
  expect(again?.document).toBe(first?.document);
  expect(again?.query).toBe(first?.query);
});

it('sends variables as the client gave them, and only those that are used', async () => {
  const gateway = federated();
  await ask(
    gateway,
    'query ($id: ID!, $first: Int = 1, $n: Int) { media(id: $id) { reviews(first: $first) { id } title } things(first: $n) { __typename } }',
    { variables: { id: 'b1', other: true } },
  );
  expect(asked(gateway, 'catalog')[0]?.variables).toEqual({ id: 'b1' });
  expect(Object.keys(asked(gateway, 'reviews')[0]?.variables ?? {})).toEqual(['representations']);
});

it('never takes an alias of the client for the key of an entity', async () => {
  const gateway = federated();
  await ask(gateway, '{ me { id: nick email: name reviews { stars } } }');
  expect(asked(gateway, 'reviews')[0]?.variables).toEqual({
    representations: [{ __typename: 'Person', id: 'p1' }],
  });
});

it('takes an entity that its subgraph has never heard of for one that is not there', async () => {
  const gateway = federated();
  gateway.intercept = unknownTo('people');
  const { data, errors } = await ask(gateway, '{ media(id: "b1") { title creator { name } } }');
  expect({ data, errors }).toEqual({ data: { media: { title: 'The b1 y', creator: null } } });
});

it('leaves what may be null of an entity that one of its subgraphs does not know', async () => {
  const gateway = federated();
  gateway.intercept = unknownTo('people');
  const { data, errors } = await ask(gateway, '{ media(id: "b1") { creator { id nick } } }');
  expect({ data, errors }).toEqual({ data: { media: { creator: { id: 'p2', nick: null } } } });
});

it('says where something must be and is not', async () => {
  const gateway = federated();
  gateway.intercept = unknownTo('catalog');
  const { data, errors } = await ask(gateway, '{ reviews { stars media { title } } }');
  expect(data).toBeNull();
  expect(errors).toHaveLength(1);
  expect(errors?.[0]).toMatchObject({
    message: 'Cannot return null for non-nullable field Review.media.',
    path: ['reviews', 0, 'media'],
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
});

it('gives the data of the others when one subgraph does not answer, and one error', async () => {
  const gateway = federated();
  gateway.intercept = failing('people');
  const text =
    '{ me { name } reviews { stars author { id name } } media(id: "b1") { creator { nick } rating } }';
  const { data, errors } = await ask(gateway, text);
  expect(data).toMatchObject({
    me: null,
    media: { creator: { nick: null }, rating: 1.5 },
    reviews: [{ author: null }, {}, {}, {}, {}, {}],
  });
  expect(errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
    [['me'], 'SERVICE_UNAVAILABLE'],
    [['reviews'], 'SERVICE_UNAVAILABLE'],
    [['media', 'creator'], 'SERVICE_UNAVAILABLE'],
  ]);
});

it('tells an error of what is required for something that is missing, though nobody asked for it', async () => {
  const gateway = federated();
  gateway.intercept = (name, { query }) =>
    name === 'people' && query?.includes('_entities')
      ? {
          data: { _entities: [null] },
          errors: [
            {
              message: 'No.',
              path: ['_entities', 0, 'name'],
              extensions: { code: 'PERMISSION_DENIED' },
            },
          ],
        }
      : null;
  const { data, errors } = await ask(gateway, '{ review(id: "r1") { author { greeting } } }');
  expect(data).toEqual({ review: { author: { greeting: null } } });
  expect(errors).toMatchObject([
    { path: ['review', 'author', 'name'], extensions: { code: 'PERMISSION_DENIED' } },
  ]);
});

it('gives an error of an entity at every place that it has, by the names of the client', async () => {
  const gateway = federated();
  const { errors } = await ask(gateway, '{ title: reviews { title: author { name: broken } } }');
  const places = [0, 1, 2, 4, 5].map((index) => `title.${index}.title.name`);
  expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual(places);
});

it.each([
  ['nothing at all', { data: {} }],
  ['other entities than were asked for', { data: { _entities: [] } }],
])('takes %s for a fault of the subgraph', async (_, answer) => {
  const gateway = federated();
  gateway.intercept = (name, { query }) =>
    name === 'people' && query?.includes('_entities') ? answer : null;
  const { data, errors } = await ask(gateway, '{ media(id: "b1") { title creator { nick } } }');
  expect(data).toEqual({ media: { title: 'The b1 y', creator: { nick: null } } });
  expect(errors?.[0]).toMatchObject({
    path: ['media', 'creator'],
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
});

it('refuses values that are not of their type', async () => {
  const gateway = federated();
  gateway.intercept = (name) =>
    name === 'people' ? { data: { people: { name: 'x' }, me: { name: 5, born: 5 } } } : null;
  const { data, errors } = await ask(gateway, '{ me { born name } }');
  expect(data).toEqual({ me: null });
  expect(errors?.[0]).toMatchObject({ message: 'A value is no String.', path: ['me', 'name'] });
});

it('fetches nothing more once it is aborted, and says so once', async () => {
  const gateway = federated();
  const ended = new AbortController();
  gateway.intercept = () => {
    ended.abort(new LyceumError('SERVICE_UNAVAILABLE', 'Too slow.'));
    return null;
  };
  const text = `mutation {
    ship(id: "b1") { fragile } rename(id: "p1", name: "x") { name } more: ship(id: "b2") { title } }`;
  const { data, errors } = await ask(gateway, text, { signal: ended.signal });
  expect(gateway.requests.map(({ subgraph }) => subgraph)).toEqual(['shipping']);
  expect(data).toBeNull();
  expect(errors?.map(({ message }) => message)).toEqual(['Too slow.']);
});

it('hands the key of a mutation to its own fields alone, each part its own', async () => {
  const gateway = federated();
  const idempotency = { key: 'k', fingerprint: 'f' };
  const text =
    'mutation { title: ship(id: "b1") { title } rename(id: "p1", name: "x") { name reviews { id } } more: ship(id: "b2") { id } }';
  await ask(gateway, text, { idempotency });
  expect(
    gateway.requests.map(({ subgraph, request }) => [subgraph, request.idempotency?.part ?? null]),
  ).toEqual([
    ['shipping', 'title'],
    ['catalog', null],
    ['people', 'rename'],
    ['reviews', null],
    ['shipping', 'more'],
  ]);
  const query = federated();
  await ask(query, '{ me { name } }', { idempotency });
  expect(query.requests[0]?.request.idempotency).toBeUndefined();
});

it('asks for mutations of one subgraph at once where nobody else has to be asked', async () => {
  const gateway = federated();
  const idempotency = { key: 'k', fingerprint: 'f' };
  const text = 'mutation { a: ship(id: "b1") { fragile } b: ship(id: "b2") { fragile } }';
  await ask(gateway, text, { idempotency });
  expect(gateway.requests.map(({ request }) => request.idempotency?.part)).toEqual(['a,b']);
});

it('refuses a null that decides what is selected', async () => {
  const text = 'query ($v: Boolean = true) { me @include(if: $v) { name } }';
  await expect(ask(federated(), text, { variables: { v: null } })).rejects.toMatchObject({
    extensions: { code: 'BAD_USER_INPUT' },
  });
});
