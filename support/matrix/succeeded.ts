import type { Applying, Change } from './comparison.ts';
import type { MatrixRow } from './matrix.ts';

/**
 * Joins the old and the new form of a change, of which each applies to one of two brokers: where one claim takes the
 * place of another, be it that others stood between them.
 *
 * @param rows all claims
 * @returns those with both forms, and then those with one
 */
export function succeeded(
  rows: readonly Pick<MatrixRow, 'id' | 'succeeds'>[],
  { from, to }: { from: readonly Applying[]; to: readonly Applying[] },
): Change[] {
  const predecessors = new Map(rows.map(({ id, succeeds }) => [id, succeeds]));
  const precedes = (old: string, id: string): boolean => {
    const passed = new Set<string>();
    for (let at = predecessors.get(id); at !== undefined && !passed.has(at); at = predecessors.get(at))
      passed.add(at);
    return passed.has(old);
  };
  const left = new Set(from);
  const partnerOf = (claim: Applying): Applying | undefined => {
    // Who goes back to an older broker finds the successor on the first one
    const related = [...left].filter(({ id }) => precedes(id, claim.id) || precedes(claim.id, id));
    return related.find(({ queueType }) => queueType === claim.queueType) ?? related[0];
  };
  const joined: Change[] = [];
  const alone = new Set(to);
  for (const claim of to) {
    const partner = partnerOf(claim);
    if (partner === undefined) continue;
    left.delete(partner);
    alone.delete(claim);
    joined.push({ from: partner, to: claim });
  }
  const places = new Map(rows.map(({ id }, place) => [id, place]));
  const placeOf = ({ from: one, to: other }: Change) => places.get((one ?? other)?.id ?? '') ?? rows.length;
  const single: Change[] = [
    ...[...left].map((one) => ({ from: one })),
    ...[...alone].map((one) => ({ to: one })),
  ];
  return [...joined, ...single.sort((one, other) => placeOf(one) - placeOf(other))];
}
