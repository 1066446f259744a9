import type { EnrollmentStatus } from '../../generated/prisma/enums.js';

/** Statuses that hold a seat of the course. Completing keeps it; only leaving frees it. */
const SEATED: ReadonlySet<EnrollmentStatus> = new Set(['ACTIVE', 'SUSPENDED', 'COMPLETED']);

export interface Request {
  /** Of the learner's enrollment in the course; null when there never was one. */
  status: EnrollmentStatus | null;
  /** How many of the course's prerequisites the learner has yet to complete. */
  missingPrerequisites: number;
  paymentRequired: boolean;
  entitled: boolean;
  /** Staff let people in without prerequisites and payment; seats are as few for them. */
  byStaff: boolean;
  capacity: number | null;
  seatsTaken: number;
}

export type Decision =
  | 'ALREADY_ENROLLED'
  | 'ALREADY_WAITING'
  | 'PREREQUISITES_UNMET'
  | 'PAYMENT_REQUIRED'
  | 'SEAT'
  | 'WAITLIST';

/** What becomes of someone's wish to enroll. */
export function decide(request: Request): Decision {
  if (request.status && SEATED.has(request.status)) return 'ALREADY_ENROLLED';
  if (request.status === 'WAITLISTED') return 'ALREADY_WAITING';
  if (!request.byStaff) {
    if (request.missingPrerequisites > 0) return 'PREREQUISITES_UNMET';
    if (request.paymentRequired && !request.entitled) return 'PAYMENT_REQUIRED';
  }
  return freeSeats(request) > 0 ? 'SEAT' : 'WAITLIST';
}

/** How many more may take part; never negative, though capacity may be lowered below what is taken. */
export function freeSeats(course: { capacity: number | null; seatsTaken: number }): number {
  if (course.capacity === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, course.capacity - course.seatsTaken);
}

/** What withdrawing means for an enrollment in this status. */
export function withdrawalOf(
  status: EnrollmentStatus,
): 'FREES_SEAT' | 'LEAVES_WAITLIST' | 'NOTHING' | 'REFUSED' {
  switch (status) {
    case 'ACTIVE':
    case 'SUSPENDED':
      return 'FREES_SEAT';
    case 'WAITLISTED':
      return 'LEAVES_WAITLIST';
    case 'COMPLETED':
      return 'REFUSED';
    case 'PENDING':
    case 'WITHDRAWN':
    case 'EXPIRED':
      return 'NOTHING';
  }
}
