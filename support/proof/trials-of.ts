import { acceptEverything, blackHole, identity, unspoken } from '../mutants/library/controls.ts';
import type { Claim } from '../claim/claim.ts';
import type { Mutant } from '../mutants/mutant.ts';
import type { Trial } from './trial.ts';

/** What `pnpm prove` was asked for. Plain data. */
export interface ProofPlan {
  /** Cross every mutant with every spec. */
  all: boolean;
}

/** A mutant, and what it is to show. */
export interface PlannedTrial {
  mutant: Mutant;
  kind: Trial['kind'];
}

const controls: readonly PlannedTrial[] = [
  { mutant: identity, kind: 'green' },
  { mutant: unspoken, kind: 'green' },
  { mutant: blackHole, kind: 'red' },
  { mutant: acceptEverything, kind: 'red' },
];

/**
 * What the spec of a claim is tried against. One that no mutant can refute is only seen to stay green
 * where it must.
 *
 * @param others all mutants, if each is to be crossed with each spec
 */
export function trialsOf(
  { refutedBy = [], irrefutable }: Pick<Claim, 'refutedBy' | 'irrefutable'>,
  others: readonly Mutant[],
): PlannedTrial[] {
  if (irrefutable !== undefined) return controls.filter(({ kind }) => kind === 'green');
  const declared = new Set(refutedBy.map(({ name }) => name));
  const notOthers = new Set([...declared, ...controls.map(({ mutant }) => mutant.name)]);
  return [
    ...controls,
    ...refutedBy.map((mutant) => ({ mutant, kind: 'refutation' as const })),
    ...others
      .filter(({ name }) => !notOthers.has(name))
      .map((mutant) => ({ mutant, kind: 'cross' as const })),
  ];
}
