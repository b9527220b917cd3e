import type { ProfiledBroker } from '../broker/profile.ts';
import { readExcluded } from '../claim/excluded.ts';
import { claimsIn } from '../claim/places.ts';
import { root } from '../project.ts';
import type { BadTrial } from '../page/page-data.ts';
import { writePageOfRun } from '../page/page-of-run.ts';
import { type ClaimResult, evidenceOf } from '../report/claim-result.ts';
import { resultsOf } from '../report/results.ts';
import { badResults, withTrials } from '../verdict/trial.ts';
import type { EndedTrial } from './ended-trial.ts';
import type { Proof } from './proof.ts';

/** A run of `pnpm prove`. */
interface ProofRun {
  broker: ProfiledBroker;
  startedAt: Date;
  problems: readonly string[];
}

/**
 * Writes the page of a proof: what each claim showed behind a proxy that changes nothing, how its spec was seen to fail,
 * and which specs can't be trusted.
 *
 * @param plain of the proxy that changes nothing
 * @returns where the page went
 */
export async function writeProofPage(
  folder: string,
  { broker, startedAt, problems }: ProofRun,
  proof: Proof,
  plain: readonly ClaimResult[],
  ended: readonly EndedTrial[],
): Promise<string> {
  const results = plain.map((result): ClaimResult => {
    const known = proof.of(broker, result.claim, result.queueType);
    const verdict = withTrials(result.verdict, known.trials, result.claim.refutedBy);
    return { ...result, ...known, verdict };
  });
  const order = claimsIn(root).map(({ id }) => id);
  const told = resultsOf(
    {
      broker,
      startedAt,
      endedAt: new Date(),
      interrupted: false,
      notRun: 0,
      problems,
      exitCode: 0,
      excluded: readExcluded(new Set(order)),
    },
    results,
  );
  return await writePageOfRun(folder, told, evidenceOf(results), order, { badTrials: badTrialsOf(ended) });
}

function badTrialsOf(ended: readonly EndedTrial[]): BadTrial[] {
  return ended
    .filter(({ result }) => badResults.has(result))
    .map(({ claim, queueType, trial: { mutant }, result, message }) => ({
      claim: claim.id,
      ...(queueType === undefined ? {} : { queueType }),
      mutant: mutant.name,
      says: mutant.says,
      result,
      ...(message === undefined ? {} : { message }),
    }));
}
