import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ClaimDescription } from '../verdict/outcome.ts';
import { exitCode } from '../verdict/exit-code.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { UsageError } from '../errors.ts';
import type { ClaimResult } from './claim-result.ts';
import { readEvidence } from './evidence-file.ts';
import { readResults, type ReportedBroker, type Results, type RunFacts } from './results.ts';

/** What one part of a run has left. */
interface Part {
  file: string;
  results: Results;
  evidence: ReadonlyMap<string, Evidence>;
}

/**
 * Reads what the parts of a run have left, each of them once and all of them.
 *
 * @param places `results.json` files, with the evidence beside them, or folders in which they lie
 * @throws UsageError when a part is missing, or two have the same claims or another broker
 */
export function readParts(places: readonly string[]): [Part, ...Part[]] {
  const [first, ...others] = [...new Set(places.flatMap(resultsAt))].map((file): Part => {
    const results = readResults(file);
    return { file, results, evidence: readEvidence(join(dirname(file), 'evidence.json')) };
  });
  if (first === undefined) {
    throw new UsageError(
      places.length === 0 ? 'No results were named.' : `There is no results.json in ${places.join(', ')}.`,
      'Name the results.json of each part, or a folder in which they lie.',
    );
  }
  const parts: [Part, ...Part[]] = [first, ...others];
  for (const { file, results } of others) {
    const [one, other] = [brokerOf(first.results), brokerOf(results)];
    if (one !== other) {
      throw new UsageError(
        `The parts are of different brokers: ${first.file} of ${one}, ${file} of ${other}.`,
        'Merge the parts of one run; pnpm matrix puts brokers side by side.',
      );
    }
  }
  const files = new Map<string, string>();
  for (const { file, results } of parts) {
    for (const { id } of results.claims) {
      const before = files.get(id);
      if (before !== undefined)
        throw new UsageError(`${id} is in ${before} and in ${file}.`, 'Name each part once.');
      files.set(id, file);
    }
  }
  checkComplete(parts);
  return parts;
}

function checkComplete(parts: readonly Part[]): void {
  const shards = parts.map(({ results }) => results.shard);
  const of = new Set(shards.map((shard) => shard?.replace(/^.*\//, '')));
  if (of.size > 1) {
    throw new UsageError(
      `The parts are not of one run: ${parts.map(({ file, results }) => `${file} is ${results.shard ?? 'the whole'}`).join(', ')}.`,
      'Name the parts that were made with the same --shard …/N.',
    );
  }
  const missing = Array.from(
    { length: Number([...of][0] ?? 0) },
    (_, at) => `${at + 1}/${[...of][0]}`,
  ).filter((shard) => !shards.includes(shard));
  if (missing.length > 0) {
    throw new UsageError(
      `Not all parts are there: ${missing.join(', ')} left no results.`,
      'Run what is missing, and name it too.',
    );
  }
}

/** What one run would have said that had run all parts. */
export function joined(parts: readonly [Part, ...Part[]]): { facts: RunFacts; results: ClaimResult[] } {
  const all = parts.map(({ results }) => results);
  const [{ broker, excluded }] = all as [Results];
  const results = parts
    .flatMap(claimResultsOf)
    .sort((one, other) => (one.claim.id < other.claim.id ? -1 : one.claim.id > other.claim.id ? 1 : 0));
  const problems = [...new Set(all.flatMap((each) => each.problems))];
  const interrupted = all.some((each) => each.interrupted);
  const verdicts = results.map(({ verdict }) => verdict);
  const { findings = [] } = broker ?? {};
  const facts: RunFacts = {
    // What was read lacks what is undefined
    broker: broker as ReportedBroker | undefined,
    startedAt: new Date(Math.min(...all.map(({ startedAt }) => Date.parse(startedAt)))),
    endedAt: new Date(Math.max(...all.map(({ endedAt }) => Date.parse(endedAt)))),
    interrupted,
    notRun: all.reduce((sum, { notRun }) => sum + notRun, 0),
    problems,
    exitCode: exitCode({ verdicts, problems, interrupted, findings }),
    excluded,
  };
  return { facts, results };
}

/** One for each outcome. */
function claimResultsOf({ results, evidence }: Part): ClaimResult[] {
  return results.claims.flatMap((claim) => {
    const { outcomes, verdict: _verdict, reason: _reason, duration: _duration, ...about } = claim;
    const { errors: _errors, trials: _trials, provenAt: _provenAt, outdated: _outdated, ...says } = about;
    // What reports do not tell is not in the results
    const description = { ...says, extensions: [] } as unknown as ClaimDescription;
    return (outcomes.length === 0 ? [claim] : outcomes).map((outcome) => {
      const { verdict, reason, duration, errors, trials, provenAt, outdated } = outcome;
      const queueType = 'queueType' in outcome ? outcome.queueType : undefined;
      const seen = evidence.get(outcomeName(claim.id, queueType));
      return {
        claim: description,
        ...(queueType === undefined ? {} : { queueType }),
        verdict,
        ...(reason === undefined ? {} : { reason }),
        errors,
        duration,
        trials,
        ...(provenAt === undefined ? {} : { provenAt }),
        ...(outdated === undefined ? {} : { outdated }),
        ...(seen === undefined ? {} : { evidence: seen }),
      } as ClaimResult;
    });
  });
}

function resultsAt(place: string): string[] {
  if (statSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) return [place];
  return readdirSync(place, { recursive: true, encoding: 'utf8' })
    .filter((name) => basename(name) === 'results.json')
    .sort()
    .map((name) => join(place, name));
}

/** Its product and version; what it runs on stands behind a comma. */
function brokerOf({ broker }: Results): string {
  return broker?.title.replace(/,.*/s, '') ?? 'no broker';
}
