import type { Course } from '../evidence/evidence.ts';
import type { History } from './history.ts';

/** As many intervals are as fine as a small picture shows. */
const intervals = 80;

/** How a history went over time: throughput, silence, faults. */
export function courseOf({
  publications,
  receipts,
  faults,
}: History): Omit<Course, 'seed' | 'startedAt' | 'counts' | 'wrongs'> {
  const confirmed = publications
    .flatMap(({ told, toldAt }) => (told === 'confirmed' && toldAt !== undefined ? [toldAt] : []))
    .sort((one, other) => one - other);
  const delivered = receipts.map(({ at }) => at);
  const ends = faults.map(({ to }) => to);
  const lasted = [...confirmed, ...delivered, ...ends].reduce((most, at) => Math.max(most, at), 1);
  const interval = lasted / intervals;
  const silence = longestGap(confirmed);
  return {
    lasted,
    faults: faults.map(({ what, node, ...when }) => ({
      ...when,
      what: node === undefined ? what : `${what} ${node}`,
    })),
    interval,
    confirmed: perInterval(confirmed, interval),
    delivered: perInterval(delivered, interval),
    ...(silence === undefined ? {} : { silence }),
  };
}

function perInterval(moments: readonly number[], interval: number): number[] {
  const counts = Array.from({ length: intervals }, () => 0);
  for (const at of moments) {
    const place = Math.min(intervals - 1, Math.floor(at / interval));
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

/** @param moments in order */
function longestGap(moments: readonly number[]): Course['silence'] {
  const gaps = moments.slice(1).map((to, index) => ({ from: moments[index] ?? to, to }));
  return gaps.sort((one, other) => other.to - other.from - (one.to - one.from))[0];
}
