import type { ClaimDescription } from '../verdict/outcome.ts';
import type { Trial } from '../verdict/trial.ts';

/** A spec that was killed by a mutant which its claim does not declare. */
export interface ForeignKill {
  claim: ClaimDescription;
  mutant: Trial['mutant'];
}

/** What mutants with the same reason killed for it. */
interface Explanation {
  because: string;
  /** Names. */
  mutants: string[];
  /** Ids, each once. */
  claims: string[];
}

/** By the reasons that the mutants give, the one that explains most first. */
export function explanationsOf(kills: readonly ForeignKill[]): Explanation[] {
  const reasons = new Map<string, { mutants: Set<string>; claims: Set<string> }>();
  for (const { claim, mutant } of kills) {
    if (mutant.widely === undefined) continue;
    const { mutants, claims } = reasons.get(mutant.widely) ?? { mutants: new Set(), claims: new Set() };
    reasons.set(mutant.widely, { mutants: mutants.add(mutant.name), claims: claims.add(claim.id) });
  }
  return [...reasons]
    .map(([because, { mutants, claims }]) => ({
      because,
      mutants: [...mutants].sort(),
      claims: [...claims].sort(),
    }))
    .sort((one, other) => other.claims.length - one.claims.length);
}
