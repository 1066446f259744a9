import { z } from 'zod';

const title = z.string().trim().min(1).max(300);
const slug = z
  .string()
  .max(80)
  .regex(/^[\p{Ll}\p{Lo}\p{N}]+(-[\p{Ll}\p{Lo}\p{N}]+)*$/u, 'Lower case words joined by hyphens.');
const summary = z.string().trim().max(5_000);
const language = z.string().max(35).refine(isLanguage, 'A BCP 47 tag, such as en or pt-BR.');
const category = z.string().trim().min(1).max(100).nullable();
const tags = z
  .array(z.string().trim().min(1).max(50))
  .max(20)
  .transform((given) => [...new Set(given)]);
/** null: as many as come. */
const capacity = z.int().min(0).max(1_000_000).nullable();

export const newCourse = z.object({
  title,
  slug: slug.nullish(),
  summary: summary.default(''),
  language: language.default('en'),
  category: category.default(null),
  tags: tags.default([]),
  capacity: capacity.default(null),
});
export type NewCourse = z.output<typeof newCourse>;

/** What is absent or undefined stays as it is. */
export const courseChanges = z
  .object({ title, slug, summary, language, category, tags, capacity })
  .partial();
export type CourseChanges = z.output<typeof courseChanges>;

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
