import * as auth from './auth.js';
import * as billing from './billing.js';
import * as course from './course.js';
import type { EventDefinition } from './define.js';
import * as notification from './notification.js';
import * as progress from './progress.js';
import * as user from './user.js';

function isEvent(value: unknown): value is EventDefinition {
  // Parts of schemas are exported as well, and have a `type` and a `description` of their own.
  return typeof value === 'object' && value !== null && 'type' in value && 'schema' in value;
}

/** Every event of the platform by its type: the only contract between services. */
export const catalogue: ReadonlyMap<string, EventDefinition> = new Map(
  [auth, user, course, progress, billing, notification]
    .flatMap((definitions) => Object.values(definitions).filter(isEvent))
    .map((definition) => [definition.type, definition]),
);
