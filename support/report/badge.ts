import { makeBadge } from 'badge-maker';
import { printable } from '../evidence/printable.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { worstOf } from '../verdict/worst.ts';
import type { Results } from './results.ts';

const colors = {
  violated: 'red',
  'could not run': 'orange',
  deviates: 'yellow',
  holds: 'green',
  proven: 'brightgreen',
  'not testable': 'lightgrey',
  'not applicable': 'lightgrey',
} as const satisfies Record<Verdict, string>;

/** What a badge tells of the claims, the worst alone where there is something bad. */
const told = { violated: 'violated', 'could not run': 'could not run' } as const;
const good = { proven: 'proven', holds: 'hold', deviates: 'deviate' } as const;

/** A run as a badge in SVG, which says as much as there is room for: `RabbitMQ 3.10.8 | 226 proven, 12 deviate`. */
export function badgeSvg(results: Results): string {
  const { message, color } = badgeOf(results);
  return makeBadge({ label: printable(labelOf(results)), message, color });
}

function labelOf({ broker }: Results): string {
  // What it runs on stands behind a comma
  return broker?.title.replace(/,.*/s, '') ?? 'no broker';
}

function badgeOf({ counts, broker, problems, interrupted }: Results): { message: string; color: string } {
  const counted = (words: Partial<Record<Verdict, string>>): string =>
    (Object.entries(words) as [Verdict, string][])
      .filter(([verdict]) => (counts[verdict] ?? 0) > 0)
      .map(([verdict, word]) => `${counts[verdict]} ${word}`)
      .join(', ');
  const bad = counted(told);
  const all = Object.keys(counts) as Verdict[];
  // What was not tried says nothing of the broker
  const worst = worstOf(all.filter((verdict) => counts[verdict] > 0 && colors[verdict] !== 'lightgrey'));
  if (bad !== '' && worst !== undefined) return { message: bad, color: colors[worst] };
  if (problems.length > 0) return { message: 'broken set-up', color: 'lightgrey' };
  if (interrupted) return { message: 'interrupted', color: 'lightgrey' };
  if (broker?.findings.some(({ about }) => about === 'capabilities') === true)
    return { message: 'not as its profile says', color: 'red' };
  if (worst === undefined) return { message: 'nothing tried', color: 'lightgrey' };
  return { message: counted(good), color: colors[worst] };
}
