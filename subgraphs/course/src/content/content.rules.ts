import type { AnswerKey } from '@lyceum/events/course';
import type { EnrollmentStatus } from '../../generated/prisma/enums.js';

/** Who shows a video, told from its address. */
export function videoProvider(url: string): 'youtube' | 'vimeo' | 'file' {
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') : '';
  if (/^(m\.)?youtube(-nocookie)?\.com$/.test(host) || host === 'youtu.be') return 'youtube';
  if (/^(player\.)?vimeo\.com$/.test(host)) return 'vimeo';
  return 'file';
}

/** Why the content is closed to someone whose enrollment has this status; null when it is open. */
export function lockOf(
  status: EnrollmentStatus | null,
): 'NOT_ENROLLED' | 'WAITLISTED' | 'SUSPENDED' | null {
  switch (status) {
    case 'ACTIVE':
    case 'COMPLETED':
      return null;
    case 'WAITLISTED':
      return 'WAITLISTED';
    case 'SUSPENDED':
    case 'EXPIRED':
      return 'SUSPENDED';
    case 'PENDING':
    case 'WITHDRAWN':
    case null:
      return 'NOT_ENROLLED';
  }
}

/** A key as authors read it: every part there, null where the question is of another kind. */
export function readableKey(questionId: string, key: AnswerKey) {
  return {
    questionId,
    choiceIds: key.kind === 'CHOICES' ? key.choiceIds : null,
    ranges: key.kind === 'NUMERIC' ? key.ranges : null,
    accepted: key.kind === 'TEXT' ? key.accepted : null,
    caseSensitive: key.kind === 'TEXT' ? key.caseSensitive : null,
  };
}
