import { stripVTControlCharacters } from 'node:util';
import type { QueueType } from '../../broker/queue-type.ts';
import { outcomeName } from '../../verdict/outcome-name.ts';
import type { ClaimDescription } from '../../verdict/outcome.ts';
import { badResults, isProven, type Trial, type TrialResult } from '../../verdict/trial.ts';

/** A trial of a spec, and what it showed. */
export interface EndedTrial {
  claim: ClaimDescription;
  /** With which the spec ran; absent where the claim, or the broker, knows none. */
  queueType?: QueueType;
  trial: Trial;
  result: TrialResult;
  /** What the spec said when it failed. */
  message: string | undefined;
}

/** What all trials of a claim show together. */
export const standings = {
  proven: 'Each mutant that the claim declares was killed.',
  'holds, unproven': 'Not every mutant that the claim declares was killed, or it declares none.',
  irrefutable: 'No mutant can refute the claim, for the reason that it gives.',
  'not tried':
    'The claim does not apply to this broker, is not testable here, or the broker deviates from it.',
  broken: 'Its spec fails under a control that changes nothing, so its kills show nothing.',
} as const;
export type Standing = keyof typeof standings;

/** `not run`: the run was ended before the trial. */
export type MatrixResult = TrialResult | 'not run';

/** What a spec showed against one mutant. */
export interface MatrixTrial {
  mutant: Trial['mutant'];
  result: MatrixResult;
  /** What the spec said when it failed. */
  message?: string;
}

/** A row: a claim, with one type of queues, and all that its spec was tried against. */
export interface MatrixClaim {
  claim: ClaimDescription;
  queueType?: QueueType;
  /** The claim's id, with the queue type where there is one; unique. */
  name: string;
  standing: Standing;
  /** The mutants that the claim declares, in that order. */
  refutations: readonly MatrixTrial[];
  controls: readonly MatrixTrial[];
  /** Mutants that the claim does not declare; there only where they were crossed with each spec. */
  crossed: readonly MatrixTrial[];
  /** Proven, and every control was as it must be. */
  settled: boolean;
}

/** The claims of an area, and the columns that they need. */
export interface MatrixArea {
  name: string;
  /** In the order of their ids. */
  claims: readonly MatrixClaim[];
  /** Those that a claim of the area declares, and after them others that kill one of its specs and do not say why. */
  mutants: readonly Trial['mutant'][];
}

/** Claims against mutants, by area: what a run of the proof showed. */
export function killMatrixOf(ended: readonly EndedTrial[]): MatrixArea[] {
  const claims = grouped(ended, ({ claim, queueType }) => outcomeName(claim.id, queueType))
    .map(claimOf)
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return grouped(claims, ({ claim }) => claim.area).map((own) => ({
    name: own[0].claim.area,
    claims: own,
    mutants: mutantsOf(own),
  }));
}

/** How often each result occurs. */
export function tally<Name extends string>(names: readonly Name[]): Map<Name, number> {
  const counts = new Map<Name, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

type Some<Value> = [Value, ...Value[]];

function grouped<Value>(values: readonly Value[], keyOf: (value: Value) => string): Some<Value>[] {
  const groups = new Map<string, Some<Value>>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return [...groups.values()];
}

function claimOf(ended: Some<EndedTrial>): MatrixClaim {
  const [{ claim, queueType }] = ended;
  const of = (...kinds: Trial['kind'][]) =>
    ended.filter(({ trial }) => kinds.includes(trial.kind)).map(matrixTrialOf);
  const tried = new Map(of('refutation').map((trial) => [trial.mutant.name, trial]));
  const controls = of('green', 'red').sort((one, other) => (one.mutant.name < other.mutant.name ? -1 : 1));
  const standing = standingOf(claim, ended);
  return {
    claim,
    ...(queueType === undefined ? {} : { queueType }),
    name: outcomeName(claim.id, queueType),
    standing,
    refutations: claim.refutedBy.map((mutant) => tried.get(mutant.name) ?? { mutant, result: 'not run' }),
    controls,
    crossed: of('cross'),
    settled: standing === 'proven' && !controls.some(({ result }) => isBad(result)),
  };
}

function standingOf(claim: ClaimDescription, ended: readonly EndedTrial[]): Standing {
  if (ended.every(({ result }) => result === 'not tried')) return 'not tried';
  if (ended.some(({ result }) => result === 'broken')) return 'broken';
  if (claim.irrefutable !== undefined) return 'irrefutable';
  const trials = ended.map(({ trial: { mutant }, result }) => ({ mutant: mutant.name, says: '', result }));
  return isProven(trials, claim.refutedBy) ? 'proven' : 'holds, unproven';
}

/** Whether a result fails the gate. */
export function isBad(result: MatrixResult): boolean {
  return result !== 'not run' && badResults.has(result);
}

function matrixTrialOf({ trial: { mutant }, result, message }: EndedTrial): MatrixTrial {
  if (message === undefined) return { mutant, result };
  return { mutant, result, message: stripVTControlCharacters(message).trim() };
}

function mutantsOf(claims: readonly MatrixClaim[]): Trial['mutant'][] {
  const own = claims.flatMap(({ claim }) => claim.refutedBy);
  const coupled = claims
    .flatMap(({ crossed }) => crossed)
    .filter(({ result }) => result === 'coupled')
    .map(({ mutant }) => mutant);
  return [...new Map([...own, ...coupled].map((mutant) => [mutant.name, mutant])).values()];
}
