import type { Moment } from '../rule.ts';

/** Breaks down, as far as a client can see that: the connection is closed for an internal error. */
export function breakDown({ breakConnection }: Moment): [] {
  breakConnection({ replyCode: 541, replyText: 'INTERNAL_ERROR' });
  return [];
}
