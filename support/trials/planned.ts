import { eccentricBroker, eccentricities } from '../mutants/eccentric/broker.ts';
import { acceptEverything, blackHole, identity } from '../mutants/library/controls.ts';
import * as library from '../mutants/library/index.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { systematicMutants } from '../mutants/systematic/index.ts';
import { type Watched, watching } from '../mutants/watching.ts';
import type { Trial } from '../verdict/trial.ts';

/** What `pnpm prove` was asked for. Plain data. */
export type ProofPlan =
  | { try: 'declared' }
  /** The same, and sees which mutants of others would find something to do in each spec. */
  | { try: 'declared, watched by all' }
  /** Those of them, by the names of the outcomes; patiently: waiting as long as a spec does that is expected to pass. */
  | { try: 'crossings'; crossings: Crossings; patiently: boolean }
  /** Nothing but what systematic mutants would find to do in each spec. */
  | { try: 'watched systematically' }
  /** Systematic mutants, by the names of the outcomes. */
  | { try: 'systematic'; crossings: Crossings };

/** Names of mutants, by the names of the outcomes whose specs they are crossed with. */
export type Crossings = Readonly<Record<string, readonly string[]>>;

/** A mutant, and what it is to show. */
export interface PlannedTrial {
  mutant: Mutant;
  kind: Trial['kind'];
  /** Whether the spec waits as long as one does that is expected to pass. */
  patiently?: boolean;
  /** What there was for the mutants of others to do, if they looked on. */
  seen?: () => Watched;
}

/** What a claim says of how its spec can fail. */
interface Refutable {
  refutedBy?: readonly Mutant[];
  irrefutable?: string;
}

/** What every spec is tried against; `eccentric`: without the parts that its claim declares. */
function controlsOf(declared: ReadonlySet<string>): PlannedTrial[] {
  return [
    { mutant: identity, kind: 'green' },
    { mutant: eccentricBroker(declared), kind: 'green' },
    { mutant: blackHole, kind: 'red' },
    { mutant: acceptEverything, kind: 'red' },
  ];
}

const controlNames = new Set(controlsOf(new Set()).map(({ mutant }) => mutant.name));

/** Those of the library that need no further argument. */
const all: readonly Mutant[] = Object.values(library).filter(
  (value): value is Mutant => typeof value === 'object' && !controlNames.has(value.name),
);

const systematicByName = new Map(systematicMutants.map((mutant) => [mutant.name, mutant]));

/**
 * Which methods a mutant of the library rewrites, by who says them: `client basic.publish`. Nothing is known of one that
 * needs a further argument.
 *
 * @param name the mutant's
 */
export function rewrittenBy(name: string): string[] {
  const rules = all.find((mutant) => mutant.name === name)?.begin() ?? [];
  return rules.flatMap((rule) =>
    rule.kind === 'amqp' ? [...(rule.methods ?? [])].map((method) => `${rule.from} ${method}`) : [],
  );
}

/** The names of the parts of the eccentric broker, each of which may turn a spec red. */
export const partNames: readonly string[] = eccentricities.map(({ name }) => name);

/**
 * What the spec of a claim is tried against. One that no mutant can refute is only seen to stay green
 * where it must.
 */
export function trialsOf(
  outcome: string,
  { refutedBy = [], irrefutable }: Refutable,
  plan: ProofPlan,
): PlannedTrial[] {
  if (plan.try === 'crossings') {
    const names = new Set(plan.crossings[outcome]);
    const crossed = (kind: Trial['kind'], mutants: readonly Mutant[]): PlannedTrial[] =>
      mutants
        .filter(({ name }) => names.has(name))
        .map((mutant) => ({ mutant, kind, patiently: plan.patiently }));
    return [...crossed('cross', all), ...crossed('green', eccentricities)];
  }
  if (plan.try === 'watched systematically')
    return [watched({ mutant: identity, kind: 'green' }, systematicMutants)];

  if (plan.try === 'systematic') {
    return (plan.crossings[outcome] ?? []).flatMap((name): PlannedTrial[] => {
      const mutant = systematicByName.get(name);
      return mutant === undefined ? [] : [{ mutant, kind: 'systematic' }];
    });
  }
  const declared = new Set(refutedBy.map(({ name }) => name));
  const controls = controlsOf(declared);
  if (irrefutable !== undefined) return controls.filter(({ kind }) => kind === 'green');
  const others = plan.try === 'declared' ? [] : all.filter(({ name }) => !declared.has(name));
  return [
    ...controls.map((control) => (control.mutant === identity ? watched(control, others) : control)),
    ...refutedBy.map((mutant) => ({ mutant, kind: 'refutation' as const })),
  ];
}

/** The names of all that the spec of a claim must be tried against before anything is said of how it fails. */
export function trialNamesOf({
  refutedBy,
  irrefutable,
}: {
  refutedBy: readonly { name: string }[];
  irrefutable?: string;
}): string[] {
  const controls = controlsOf(new Set()).filter(({ kind }) => irrefutable === undefined || kind === 'green');
  return [...controls.map(({ mutant }) => mutant.name), ...refutedBy.map(({ name }) => name)];
}

function watched({ mutant, kind }: PlannedTrial, others: readonly Mutant[]): PlannedTrial {
  if (others.length === 0) return { mutant, kind };
  return { ...watching(mutant, others), kind };
}
