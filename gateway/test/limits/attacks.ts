const times = (count: number, text: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');

/** Fragments that each spread the next one twice: 2^count fields from a few hundred tokens. */
const doubling = (count: number): string =>
  `{ me { ...F0 } } ${times(
    count,
    (n) => `fragment F${n} on User { a: id ...F${n + 1} ... on User { b: id ...F${n + 1} } }`,
  )} fragment F${count} on User { id }`;

/** Copies of a field within copies of it: every pair, at every level, is to be compared. */
const copies = (width: number, depth: number): string =>
  depth === 0 ? 'name' : times(width, () => `learner { ${copies(width, depth - 1)} }`);

/** By name: the text of an operation that is meant to hurt, and the limit that is to stop it. */
export const ATTACKS: readonly (readonly [name: string, limit: string, text: string])[] = [
  ['10,000 aliases', 'tokens', `{ ${times(10_000, (n) => `a${n}: whoAmI`)} }`],
  ['2,000 aliases', 'aliases', `{ me { ${times(2_000, (n) => `a${n}: id`)} } }`],
  ['10,000 directives on a field', 'tokens', `{ whoAmI ${'@a '.repeat(10_000)} }`],
  ['4,000 directives on a field', 'directivesPerLocation', `{ whoAmI ${'@a '.repeat(4_000)} }`],
  ['directives on every field', 'directives', `{ ${times(300, () => 'whoAmI @a')} }`],
  ['a field 4,000 times', 'comparisons', `{ me { ${'id '.repeat(4_000)} } }`],
  ['__typename 4,000 times', 'rootFields', `{ ${'__typename '.repeat(4_000)} }`],
  ['__typename 4,000 times within', 'comparisons', `{ me { ${'__typename '.repeat(4_000)} } }`],
  ['3,000 levels', 'depth', `{ me ${'{ me '.repeat(3_000)} { id } ${'}'.repeat(3_000)} }`],
  [
    '3,000 inline fragments within each other',
    'depth',
    `${'{ ... '.repeat(3_000)}{ id } ${'}'.repeat(3_000)}`,
  ],
  [
    'a list 4,500 levels deep',
    'depth',
    `{ greet(name: ${'['.repeat(4_500)}${']'.repeat(4_500)}) }`,
  ],
  [
    'an object 2,400 levels deep',
    'depth',
    `{ greet(name: ${'{a:'.repeat(2_400)}1${'}'.repeat(2_400)}) }`,
  ],
  ['copies within copies', 'comparisons', `{ progress(courseId: 1) { ${copies(6, 4)} } }`],
  [
    'copies within copies by fragments',
    'comparisons',
    `{ progress(courseId: 1) { ...A } }
     fragment A on CourseProgress { ${times(15, () => 'learner { ...B }')} }
     fragment B on User { ${'name '.repeat(300)} }`,
  ],
  [
    'a fragment that nobody spreads',
    'comparisons',
    `{ whoAmI } fragment A on User { ${'name '.repeat(4_000)} }`,
  ],
  ['fragments that double', 'selections', doubling(90)],
  [
    'a fragment spread everywhere',
    'selections',
    `{ me { ${times(90, (n) => `a${n}: me { ...A }`)} } } fragment A on User { ${times(200, () => '... on User { id }')} }`,
  ],
  [
    '1,000 fragments',
    'fragments',
    `{ whoAmI } ${times(1_000, (n) => `fragment F${n} on User{id}`)}`,
  ],
  ['1,000 operations', 'operations', times(1_000, (n) => `query Q${n} { whoAmI }`)],
];
