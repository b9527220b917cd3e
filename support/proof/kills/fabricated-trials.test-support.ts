import type { ClaimDescription } from '../../verdict/outcome.ts';
import type { TrialResult } from '../../verdict/trial.ts';
import type { EndedTrial } from './kill-matrix.ts';

/** What made-up trials of a claim are to show. */
interface FabricatedClaim extends Partial<Pick<ClaimDescription, 'says' | 'irrefutable'>> {
  /** By the mutants that the claim declares; `undefined` where the run ended before. */
  refutedBy?: Record<string, TrialResult | undefined>;
  controls?: Partial<Record<'identity' | 'eccentric' | 'black-hole' | 'accept-everything', TrialResult>>;
  /** Mutants that are `explained` break something that specs of other things stand on. */
  crossed?: Record<string, 'coupled' | 'explained' | 'indifferent'>;
  /** What the spec said when it failed. */
  message?: string;
}

const failed = new Set<TrialResult>(['killed', 'void', 'red', 'broken', 'coupled', 'explained']);

/** Made-up trials of a claim; its controls are as they must be. */
export function trialsOfClaim(id: string, fabricated: FabricatedClaim = {}): EndedTrial[] {
  const { says = `The broker does ${id}.`, refutedBy = {}, irrefutable, message, crossed = {} } = fabricated;
  const saysOf = (name: string) => `does ${name.replaceAll('-', ' ')}`;
  const area = id.slice(0, id.indexOf('/'));
  const claim: ClaimDescription = {
    id,
    area,
    topic: 'Dispatch',
    file: `specs/${area}/dispatch.spec.ts`,
    says,
    documented: [],
    tags: [],
    needs: [],
    extensions: [],
    queueTypes: [],
    regressions: [],
    refutedBy: Object.keys(refutedBy).map((name) => ({ name, says: saysOf(name) })),
    ...(irrefutable === undefined ? {} : { irrefutable }),
  };
  const controls = {
    identity: 'held',
    eccentric: 'held',
    'black-hole': 'red',
    'accept-everything': 'red',
    ...fabricated.controls,
  } as const;
  const ended = (kind: EndedTrial['trial']['kind'], results: Record<string, TrialResult | undefined>) =>
    Object.entries(results).flatMap(([name, result]): EndedTrial[] => {
      if (result === undefined) return [];
      const said = failed.has(result) ? (message ?? `${name} was seen`) : undefined;
      const widely = result === 'explained' ? { widely: `Specs stand on ${name}.` } : {};
      const mutant = { name, says: saysOf(name), ...widely };
      return [{ claim, trial: { kind, mutant }, result, message: said }];
    });
  return [
    ...ended('green', { identity: controls.identity, eccentric: controls.eccentric }),
    ...ended('red', {
      'black-hole': controls['black-hole'],
      'accept-everything': controls['accept-everything'],
    }),
    ...ended('refutation', refutedBy),
    ...ended('cross', crossed),
  ];
}
