import { describe, expect, it } from '@jest/globals';
import { decide, freeSeats, withdrawalOf, type Request } from './enrollment.rules.js';

const open: Request = {
  status: null,
  missingPrerequisites: 0,
  paymentRequired: false,
  entitled: false,
  byStaff: false,
  capacity: null,
  seatsTaken: 0,
};

describe('decide', () => {
  it('seats whoever asks while there is room', () => {
    expect(decide(open)).toBe('SEAT');
    expect(decide({ ...open, capacity: 2, seatsTaken: 1 })).toBe('SEAT');
    expect(decide({ ...open, capacity: 2, seatsTaken: 2 })).toBe('WAITLIST');
    expect(decide({ ...open, capacity: 2, seatsTaken: 5 })).toBe('WAITLIST');
    expect(decide({ ...open, capacity: 0 })).toBe('WAITLIST');
  });

  it('asks for prerequisites first, then for payment, then for a seat', () => {
    const needy = { ...open, missingPrerequisites: 1, paymentRequired: true, capacity: 0 };
    expect(decide(needy)).toBe('PREREQUISITES_UNMET');
    expect(decide({ ...needy, missingPrerequisites: 0 })).toBe('PAYMENT_REQUIRED');
    expect(decide({ ...needy, missingPrerequisites: 0, entitled: true })).toBe('WAITLIST');
  });

  it('asks staff for nothing but a seat', () => {
    const staff = { ...open, byStaff: true, missingPrerequisites: 2, paymentRequired: true };
    expect(decide(staff)).toBe('SEAT');
    expect(decide({ ...staff, capacity: 1, seatsTaken: 1 })).toBe('WAITLIST');
  });

  it('changes nothing for who is in or waits already, and takes back who left', () => {
    const full = { ...open, capacity: 1, seatsTaken: 1, missingPrerequisites: 1 };
    expect(decide({ ...full, status: 'ACTIVE' })).toBe('ALREADY_ENROLLED');
    expect(decide({ ...full, status: 'COMPLETED' })).toBe('ALREADY_ENROLLED');
    expect(decide({ ...full, status: 'SUSPENDED' })).toBe('ALREADY_ENROLLED');
    expect(decide({ ...full, status: 'WAITLISTED' })).toBe('ALREADY_WAITING');
    expect(decide({ ...open, status: 'WITHDRAWN' })).toBe('SEAT');
  });
});

describe('freeSeats', () => {
  it('is never negative, and endless without capacity', () => {
    expect(freeSeats({ capacity: null, seatsTaken: 9 })).toBe(Number.POSITIVE_INFINITY);
    expect(freeSeats({ capacity: 3, seatsTaken: 1 })).toBe(2);
    expect(freeSeats({ capacity: 1, seatsTaken: 3 })).toBe(0);
  });
});

describe('withdrawalOf', () => {
  it('frees a seat only where there was one', () => {
    expect(withdrawalOf('ACTIVE')).toBe('FREES_SEAT');
    expect(withdrawalOf('SUSPENDED')).toBe('FREES_SEAT');
    expect(withdrawalOf('WAITLISTED')).toBe('LEAVES_WAITLIST');
    expect(withdrawalOf('WITHDRAWN')).toBe('NOTHING');
    expect(withdrawalOf('COMPLETED')).toBe('REFUSED');
  });
});
