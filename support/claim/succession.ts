import { intersects } from 'semver';
import { UsageError } from '../errors.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';
import { anyOther } from './applicability.ts';

type Applying = Pick<ClaimDescription, 'id' | 'file' | 'appliesTo' | 'succeeds'>;

/**
 * Checks what claims say of their predecessors.
 *
 * @param claims all that there are
 * @throws UsageError when a predecessor is missing, has another successor, or applies where its successor does
 */
export function checkSuccession(claims: readonly Applying[]): void {
  const byId = new Map(claims.map((claim) => [claim.id, claim]));
  const successors = new Map<string, string>();
  for (const claim of claims) {
    const { id, file, succeeds } = claim;
    if (succeeds === undefined) continue;
    const wrong = (problem: string, cure: string) =>
      new UsageError(`${file}: the claim ${id} succeeds ${succeeds}, ${problem}.`, cure);
    const predecessor = byId.get(succeeds);
    if (predecessor === undefined)
      throw wrong('which is no claim', 'Write the id of the claim whose place it takes.');
    const other = successors.get(succeeds);
    if (other !== undefined) throw wrong(`which ${other} succeeds too`, 'Let one of them take its place.');
    successors.set(succeeds, id);
    const shared = sharedProduct(predecessor, claim);
    if (shared !== undefined) {
      throw wrong(
        `and both apply to ${shared === anyOther ? 'other products' : `some version of ${shared}`}`,
        'Let the ranges in `appliesTo` end and begin at the version that changed it.',
      );
    }
  }
}

/** A product of which both speak in the same version. */
function sharedProduct(
  { appliesTo: one = everywhere }: Applying,
  { appliesTo: other = everywhere }: Applying,
): string | undefined {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].find((product) => {
    const [first, second] = [one[product] ?? one[anyOther], other[product] ?? other[anyOther]];
    return first !== undefined && second !== undefined && intersects(first, second);
  });
}

const everywhere = { [anyOther]: '*' };
