import { validRange } from 'semver';
import { UsageError } from '../errors.ts';
import type { Mutant } from '../mutants/mutant.ts';
import type { Regression } from '../verdict/outcome.ts';

/** A bug that released brokers had in public, and that refutes the claim which names it. */
export interface KnownRegression {
  /** Where it was reported: an issue, a pull request, release notes. */
  report: string;
  /** Products and the semver ranges that had it, as far as is known: `{ rabbitmq: '>=3.10.0 <3.10.20' }`. */
  affected: Record<string, string>;
  /** What happened, in half a sentence: `what was requeued came last`. */
  happened: string;
  /**
   * How the spec was seen to fail by it: on a release whose profile declares it (`{ on: 'rabbitmq 3.10.8' }`), by a
   * mutant that does what it did, or not at all, for a reason.
   */
  seen: { on: string } | { by: Mutant } | { not: string };
}

/**
 * Checks what a claim says of the bugs that would have refuted it.
 *
 * @param refutedBy the mutants that the claim declares
 * @throws UsageError for a range that is none, a report that is no address, a mutant that the claim does not declare …
 */
export function regressionsOf(
  claim: string,
  known: readonly KnownRegression[] = [],
  refutedBy: readonly { name: string }[] = [],
): Regression[] {
  return known.map(({ report, affected, happened, seen }) => {
    const wrong = (problem: string, cure: string) =>
      new UsageError(`The claim ${claim} names a regression ${report}, ${problem}.`, cure);
    if (!URL.canParse(report)) throw wrong('which is no address', 'Write where it was reported.');
    const ranges = Object.entries(affected);
    if (ranges.length === 0) throw wrong('and nobody who had it', 'Write products and versions.');
    for (const [product, range] of ranges) {
      if (validRange(range) === null)
        throw wrong(`whose versions of ${product} are no semver range`, 'Write >=3.10.0 <3.10.20');
    }
    if (happened.trim() === '' || /[.\n]$/.test(happened))
      throw wrong('and not in half a sentence what happened', 'Write it without a full stop.');
    if (!('by' in seen)) return { report, affected, happened, seen };
    if (!refutedBy.some(({ name }) => name === seen.by.name))
      throw wrong(`that ${seen.by.name} shows, which is not in refutedBy`, 'Name it there too.');
    return { report, affected, happened, seen: { by: seen.by.name } };
  });
}
