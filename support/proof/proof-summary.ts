import { aligned } from '../evidence/aligned.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';
import type { Colors } from '../verdict/style.ts';
import { badResults, isProven, trialResults, type TrialResult } from '../verdict/trial.ts';
import { byOutcome, type EndedTrial, nameOf } from './ended-trial.ts';
import { explanationsOf } from './explanations.ts';

function byClaim(ended: readonly EndedTrial[]): Map<ClaimDescription, EndedTrial[]> {
  const claims = new Map<string, ClaimDescription>();
  const trials = new Map<ClaimDescription, EndedTrial[]>();
  for (const each of ended) {
    const claim = claims.get(each.claim.id) ?? each.claim;
    claims.set(claim.id, claim);
    trials.set(claim, [...(trials.get(claim) ?? []), each]);
  }
  return trials;
}

/** A trial that shows that a spec can't be trusted, for a terminal or a log. */
export function badTrialText(ended: EndedTrial, colors: Colors): string {
  const { trial, result, message } = ended;
  const why = message === undefined ? '' : `\n    ${message.split('\n').slice(0, 6).join('\n    ')}`;
  return `${colors.red('✗')} ${colors.bold(nameOf(ended))} ${colors.red(result)}: a broker that ${trial.mutant.says} (${trial.mutant.name})${why}`;
}

/** The end of a proof in words, for a terminal or a log. */
export function proofSummaryText(ended: readonly EndedTrial[], colors: Colors): string {
  const counts = new Map<TrialResult, number>();
  for (const { result } of ended) counts.set(result, (counts.get(result) ?? 0) + 1);
  const rows = (Object.keys(trialResults) as TrialResult[])
    .filter((result) => counts.has(result))
    .map((result) => [
      String(counts.get(result)),
      badResults.has(result) ? colors.red(result) : result,
      colors.dim(trialResults[result]),
    ]);
  const claims = [...byClaim(ended)];
  const proven = claims.filter(([, trials]) => {
    const tried = [...byOutcome(trials).values()].filter((own) =>
      own.some(({ result }) => result !== 'not tried'),
    );
    return tried.length > 0 && tried.every(isOutcomeProven);
  });
  return [
    aligned(rows, [0]).join('\n'),
    '',
    `${proven.length} of ${claims.length} claims are proven: each mutant that they declare was killed, with each queue type.`,
    ...listed(
      'Without a mutant',
      claims.filter(([{ refutedBy, irrefutable }]) => refutedBy.length === 0 && irrefutable === undefined),
      ({ id }) => id,
    ),
    ...listed(
      'Beyond all mutants, for a reason',
      claims.filter(([{ irrefutable }]) => irrefutable !== undefined),
      ({ id, irrefutable }) => `${id}: ${irrefutable}`,
    ),
    ...exceptions(ended),
    ...coupling(ended, colors),
  ].join('\n');
}

function isOutcomeProven(trials: readonly [EndedTrial, ...EndedTrial[]]): boolean {
  return isProven(
    trials.map(({ trial, result }) => ({ mutant: trial.mutant.name, says: trial.mutant.says, result })),
    trials[0].claim.refutedBy,
  );
}

function listed(
  title: string,
  claims: readonly (readonly [ClaimDescription, unknown])[],
  line: (claim: ClaimDescription) => string,
): string[] {
  return claims.length === 0 ? [] : [`${title}:`, ...claims.map(([claim]) => `  ${line(claim)}`)];
}

/** The mutants that do not apply to the broker, a line for each. */
function exceptions(ended: readonly EndedTrial[]): string[] {
  const lines = ended
    .filter(({ result }) => result === 'not applicable')
    .map(({ trial, message }) => `  ${trial.mutant.name}: ${message}`);
  return lines.length === 0 ? [] : ['Mutants that do not apply to this broker:', ...new Set(lines)];
}

/** The mutants of others under which specs failed too: by the reasons of the mutants, and those without. */
function coupling(ended: readonly EndedTrial[], colors: Colors): string[] {
  const kills = ended
    .filter(({ result }) => result === 'explained')
    .map(({ claim, trial: { mutant } }) => ({ claim, mutant }));
  const explained = explanationsOf(kills).map(
    ({ because, mutants, claims }) =>
      `  ${because} ${colors.dim(`${mutants.join(', ')}: ${claims.length} ${claims.length === 1 ? 'claim' : 'claims'}`)}`,
  );
  const unexplained = ended
    .filter(({ result }) => result === 'coupled')
    .map((each) => `  ${nameOf(each)}: a broker that ${each.trial.mutant.says} (${each.trial.mutant.name})`)
    .sort();
  return [
    ...(explained.length === 0
      ? []
      : ['Killed by mutants that they do not declare, for a reason:', ...explained]),
    ...(unexplained.length === 0 ? [] : [colors.red('Unexplained coupling:'), ...unexplained]),
  ];
}
