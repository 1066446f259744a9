import { attribute, type XmlElement } from './xml.js';

/** Why a part of a course is not for every learner, in words; null when it is. */
export interface Audience {
  code: 'STAFF_ONLY' | 'RESTRICTED';
  reason: string;
}

/**
 * Whom Open edX shows an element to. What is not for everybody must never be imported as if it were:
 * a restriction that cannot be read counts as one.
 */
export function audienceOf(element: XmlElement): Audience | null {
  const title = attribute(element, 'display_name') || element.name;
  const what = `“${title}” and everything in it`;
  if (isSet(attribute(element, 'visible_to_staff_only'))) {
    return { code: 'STAFF_ONLY', reason: `${what} is hidden from learners` };
  }
  const groups = groupsOf(attribute(element, 'group_access'));
  if (groups !== null) {
    return {
      code: 'RESTRICTED',
      reason: `${what} is only for some groups of learners (${groups})`,
    };
  }
  if (isSet(attribute(element, 'hide_from_toc'))) {
    return { code: 'RESTRICTED', reason: `${what} is hidden from the course outline` };
  }
  return null;
}

const isSet = (text: string) => !['', 'false', 'null', 'none', '0'].includes(text.toLowerCase());

/**
 * The groups that `group_access` names. It lists group ids by partition; a partition without any
 * restricts nothing.
 */
function groupsOf(text: string): string | null {
  if (['', 'null', 'None'].includes(text.trim())) return null;
  const unreadable = `group_access=${text}`.slice(0, 100);
  try {
    const given: unknown = JSON.parse(text);
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return unreadable;
    const restrictions = Object.entries(given).filter(
      ([, ids]) => !(ids === null || (Array.isArray(ids) && ids.length === 0)),
    );
    if (restrictions.length === 0) return null;
    return restrictions
      .map(([partition, ids]) => `partition ${partition}: ${JSON.stringify(ids)}`)
      .join('; ')
      .slice(0, 200);
  } catch {
    return unreadable;
  }
}
