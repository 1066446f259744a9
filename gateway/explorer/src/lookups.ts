import type { Lookup } from './offers.js';

/** The value that an example's variables need is not there for whoever is signed in. */
export class NothingFound extends Error {}

type Ask = (operation: string, variables: Record<string, unknown>) => Promise<unknown>;

/**
 * The variables with what belongs to whoever is signed in, in the places kept for it.
 * @throws NothingFound with what to do where there is no such value
 */
export async function fillVariables(
  variables: unknown,
  lookups: readonly Lookup[],
  ask: Ask,
): Promise<unknown> {
  let filled = variables;
  for (const { placeholder, operation, variables: given, path, otherwise } of lookups) {
    if (!contains(filled, placeholder)) continue;
    const value = valueAt(await ask(operation, { ...given }), path);
    if (value === null || value === undefined) throw new NothingFound(otherwise);
    filled = replaced(filled, placeholder, value);
  }
  return filled;
}

function contains(value: unknown, placeholder: string): boolean {
  if (value === placeholder) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((inner) => contains(inner, placeholder));
}

function replaced(value: unknown, placeholder: string, by: unknown): unknown {
  if (value === placeholder) return by;
  if (Array.isArray(value)) return value.map((inner) => replaced(inner, placeholder, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, replaced(inner, placeholder, by)]),
  );
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null
        ? Object.entries(at).find(([n]) => n === name)?.[1]
        : null,
    data,
  );
}
