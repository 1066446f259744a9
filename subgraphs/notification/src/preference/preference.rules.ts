/** What a notification is about. */
export type Category =
  'ACCOUNT' | 'SECURITY' | 'LEARNING' | 'ACHIEVEMENT' | 'BILLING' | 'AUTHORING';

/** How it reaches a person. */
export type Channel = 'IN_APP' | 'EMAIL';

/** What everyone must hear of, whatever they chose: their account's safety, and proof of what they paid. */
const CRITICAL: ReadonlySet<Category> = new Set(['SECURITY', 'BILLING']);

/** Off unless switched on: whoever imports a course is watching it at that moment. */
const OFF_BY_DEFAULT: ReadonlySet<string> = new Set(['AUTHORING EMAIL']);

export function isCritical(category: Category): boolean {
  return CRITICAL.has(category);
}

/** Whether a category is told of through a channel. @param chosen what the person said, if anything */
export function isEnabled(category: Category, channel: Channel, chosen?: boolean): boolean {
  if (isCritical(category)) return true;
  return chosen ?? !OFF_BY_DEFAULT.has(`${category} ${channel}`);
}
