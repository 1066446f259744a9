import { LyceumError } from '@lyceum/platform/errors';

/** An object as resolvers hand it around: its type and key; everything else is looked up. */
export interface Reference {
  readonly __typename: string;
  readonly [field: string]: unknown;
}

interface MediaFilter {
  titleHas?: string | null;
  ids?: string[] | null;
  within?: MediaFilter | null;
}

/** Of all fields together: each reads its own. */
export interface Args {
  id: string;
  ids?: string[] | null;
  isbn: string;
  email: string;
  room: string;
  number: number;
  unit: string;
  zone: number;
  first?: number | null;
  word: string | null;
  format: string | null;
  title: string;
  name: string;
  stars: number;
  filter?: MediaFilter | null;
}

type Resolver = (source: Reference, args: Args) => unknown;
export type Resolvers = Record<string, Record<string, Resolver>>;

const MEDIA = ['b1', 'b2', 'b3', 'f1', 'f2'];
const PEOPLE = ['p1', 'p2', 'p3', 'p4'];
const REVIEWS = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'];
const SHELVES = [
  { room: 'R1', number: 1 },
  { room: 'R1', number: 2 },
  { room: 'R2', number: 1 },
];

export const media = (id: string): Reference => ({
  __typename: id[0] === 'b' ? 'Book' : 'Film',
  id,
});
const person = (id: string): Reference => ({ __typename: 'Person', id });
const review = (id: string): Reference => ({ __typename: 'Review', id });
const shelf = ({ room, number }: { room: string; number: number }): Reference => ({
  __typename: 'Shelf',
  room: { __typename: 'Room', code: room },
  number,
});
const digit = (id: unknown): number => Number(String(id).slice(1));
const emailOf = (id: string): string => `${id}@example.org`;

function sizeOf(id: unknown): Reference | null {
  return digit(id) === 3 ? null : { __typename: 'Size', h: digit(id) * 10, w: digit(id) * 7 };
}

function weightOf(id: unknown, unit: string): number | null {
  if (id === 'f2') return null;
  return unit === 'OUNCE' ? digit(id) * 4 : digit(id) * 113;
}

export function shippingCost(weight: unknown, size: unknown, zone: number): number | null {
  if (typeof weight !== 'number') return null;
  const { h = 0, w = 0 } = (size ?? {}) as { h?: number; w?: number };
  return zone * (weight * 1000 + h * 10 + w);
}

/** A library and everything that can be asked of it. What mutations change is its own. */
export function library(): Resolvers {
  const titles = new Map(MEDIA.map((id) => [id, `The ${id} ${'xyz'[digit(id) % 3]}`]));
  const names = new Map(PEOPLE.map((id) => [id, `Name of ${id}`]));
  const stars = new Map(REVIEWS.map((id) => [id, digit(id) % 5]));
  const reviewsOf = (id: unknown): Reference[] =>
    [...stars.keys()].filter((each) => MEDIA[digit(each) % 4] === id).map(review);

  const ofMedia: Record<string, Resolver> = {
    id: ({ id }) => id,
    title: ({ id }) => titles.get(id as string),
    creator: ({ id }) => (id === 'b2' ? null : person(PEOPLE[digit(id) % 3]!)),
    mood: ({ id }) => (id === 'b3' ? 'SECRET' : digit(id) % 2 ? 'CALM' : 'WILD'),
    weight: ({ id }, { unit }) => weightOf(id, unit),
    size: ({ id }) => sizeOf(id),
    reviews: ({ id }, { first }) => reviewsOf(id).slice(0, first ?? 100),
    rating: ({ id }) => (digit(id) === 2 ? null : digit(id) + 0.5),
    reviewer: ({ id }) => person(PEOPLE[digit(id) % 4]!),
  };
  const find = ({ ids, titleHas, within }: MediaFilter): Reference[] =>
    MEDIA.filter((id) => ids?.includes(id) ?? true)
      .filter((id) => within?.ids?.includes(id) ?? true)
      .filter((id) => titles.get(id)!.includes(titleHas ?? ''))
      .map(media);

  return {
    Book: {
      ...ofMedia,
      isbn: ({ id }) => `isbn-${String(id)}`,
      pages: ({ id }) => digit(id) * 100,
      published: ({ id }) => (id === 'b3' ? null : `199${digit(id)}-01-01`),
      meta: ({ id }) => ({
        id,
        nested: [{ deep: null }, 1.5, 'x'],
        ['__typename']: 'of the client',
      }),
      chapters: ({ id }) => [['one', `of ${String(id)}`], []],
      shippingCost: ({ id }, { zone }) => shippingCost(weightOf(id, 'OUNCE'), sizeOf(id), zone),
      carrier: ({ id }) => person(PEOPLE[(digit(id) + 1) % 4]!),
      fragile: ({ id }) => (digit(id) === 1 ? null : digit(id) === 2),
    },
    Film: {
      ...ofMedia,
      minutes: ({ id }) => digit(id) * 45,
      basedOn: ({ id }) => (id === 'f1' ? media('b1') : null),
      shippingCost: ({ id }, { zone }) => shippingCost(weightOf(id, 'GRAM'), null, zone),
    },
    Unlisted: { ...ofMedia, title: () => 'Nobody should see this' },
    Size: { h: ({ h }) => h, w: ({ w }) => w },
    Room: { code: ({ code }) => code, floor: ({ code }) => digit(code) },
    Shelf: {
      room: ({ room }) => room,
      number: ({ number }) => number,
      items: ({ number }) => (number === 1 ? [media('b1'), null, media('f1'), media('b1')] : []),
      strictItems: ({ number }) => [media('b2'), media('f2'), media(`b${Number(number)}`)],
      grid: ({ number }) => [[media('b1'), null], [], [media(`b${Number(number)}`)]],
      things: () => [[media('b1'), person('p2')], null, [media('f2')]],
      keeper: ({ number }) => (number === 2 ? null : person('p1')),
      capacity: ({ number }) => Number(number) * 5,
    },
    Person: {
      id: ({ id }) => id,
      email: ({ id }) => emailOf(id as string),
      works: ({ id }) =>
        MEDIA.filter((each) => each !== 'b2' && PEOPLE[digit(each) % 3] === id).map(media),
      nick: ({ id }) => (id === 'p2' ? null : `nick-${String(id)}`),
      name: ({ id }) => names.get(id as string),
      born: ({ id }) => `198${digit(id)}-05-05`,
      bio: ({ id }) => `bio of ${String(id)}`,
      greeting: ({ id }, { word }) => `${String(word)}, ${names.get(id as string)}`,
      secret: ({ id }) => {
        if (id === 'p3') throw new LyceumError('PERMISSION_DENIED', 'Of nobody’s business.');
        return `secret of ${String(id)}`;
      },
      broken: ({ id }) => {
        if (id === 'p1') return 'works';
        throw new LyceumError('NOT_FOUND', `Nothing of ${String(id)}.`);
      },
      friends: ({ id }) => PEOPLE.filter((each) => each !== id).map(person),
      bestFriend: ({ id }) => (id === 'p4' ? null : person(PEOPLE[digit(id)]!)),
      address: ({ id }, { format }) => `${String(format)} address of ${String(id)}`,
      reviews: ({ id }) =>
        [...stars.keys()].filter((each) => PEOPLE[digit(each) % 4] === id).map(review),
    },
    Review: {
      id: ({ id }) => id,
      text: ({ id }) => (id === 'r4' ? null : `text of ${String(id)}`),
      stars: ({ id }) => stars.get(id as string),
      author: ({ id }) => person(PEOPLE[digit(id) % 4]!),
      media: ({ id }) => media(MEDIA[digit(id) % 4]!),
    },
    Query: {
      media: (_, { id }) => (MEDIA.includes(id) ? media(id) : null),
      book: (_, { isbn }) => {
        const id = isbn.slice('isbn-'.length);
        return id.startsWith('b') && titles.has(id) ? media(id) : null;
      },
      allMedia: (_, { filter }) => find(filter ?? {}),
      shelf: (_, { room, number }) => {
        const found = SHELVES.find((each) => each.room === room && each.number === number);
        return found ? shelf(found) : null;
      },
      shelves: () => SHELVES.map(shelf),
      things: (_, { first }) =>
        [media('b1'), person('p1'), null, media('f2'), person('p3'), media('b2')].slice(
          0,
          first ?? 2,
        ),
      echo: (_, args) => ({ ...args }),
      unlisted: () => ({ __typename: 'Unlisted', id: 'u1' }),
      all: () => [...MEDIA.map(media), { __typename: 'Unlisted', id: 'u1' }],
      review: (_, { id }) => (stars.has(id) ? review(id) : null),
      reviews: () => [...stars.keys()].map(review),
      bestMedia: () => media('f1'),
      carriers: () => [person('p1'), person('p3'), person('p1')],
      me: () => person('p1'),
      person: (_, { email }) => PEOPLE.filter((id) => emailOf(id) === email).map(person)[0] ?? null,
      people: (_, { ids }) => PEOPLE.filter((id) => ids?.includes(id) ?? true).map(person),
    },
    Mutation: {
      retitle: (_, { id, title }) => {
        if (!titles.has(id)) return null;
        titles.set(id, title);
        return media(id);
      },
      addReview: (_, { stars: given }) => {
        const id = `r${stars.size + 1}`;
        stars.set(id, given);
        return review(id);
      },
      ship: (_, { id }) => (titles.get(id)?.includes('b') ? media(id) : null),
      rename: (_, { id, name }) => {
        if (!names.has(id)) throw new LyceumError('NOT_FOUND', 'Person not found.');
        names.set(id, name);
        return person(id);
      },
    },
  };
}
