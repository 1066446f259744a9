import { z } from 'zod';

/** One kind of event: its name, when it happens, and the shape of its data. */
export interface EventDefinition<T = unknown> {
  type: string;
  description: string;
  schema: z.ZodType<T>;
}

/** Names are `<service>.<thing>.<past tense>.v<version>`. */
export function defineEvent<S extends z.ZodType>(
  type: string,
  description: string,
  schema: S,
): EventDefinition<z.infer<S>> {
  return { type, description, schema: schema as z.ZodType<z.infer<S>> };
}

export const id = z.uuid();
export const time = z.iso.datetime();
export const money = z.object({ amountMinor: z.int(), currency: z.string().length(3) });
