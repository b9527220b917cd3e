import { join } from 'node:path';
import picocolors from 'picocolors';
import { claimsIn } from '../claim/places.ts';
import { UsageError } from '../errors.ts';
import { compare } from '../matrix/compare.ts';
import { countsOf } from '../matrix/comparison.ts';
import { comparisonMarkdown, comparisonText } from '../matrix/comparison-text.ts';
import { asTyped, root } from '../project.ts';
import { merged } from '../matrix/merge.ts';
import { runOnAll } from '../matrix/run-all.ts';
import { LiveLine, terminal } from '../run/live-line.ts';
import { ownFolder } from '../run/own-folder.ts';
import { namedBrokers, sourcesOf } from '../matrix/source.ts';
import { fragmentOf } from '../page/application/address.ts';
import { writePage } from '../page/write.ts';
import { addToStepSummary } from '../report/step-summary.ts';

/**
 * What changes for somebody who goes from one broker to another. Each is an image, a name, an address, or the `results.json` of an earlier run.
 *
 * Its Markdown is added to what GitHub shows of a step, too.
 *
 * Ends with 0 when nothing differs, 1 when something does, 3 when one of them could not be run.
 *
 * @throws UsageError when there are not two, or a file holds no results
 */
export async function run(
  asked: readonly string[],
  { markdown = false, json = false }: { markdown?: boolean; json?: boolean },
): Promise<void> {
  const [from, to, ...more] = asked;
  if (from === undefined || to === undefined || more.length > 0) {
    throw new UsageError(
      `${asTyped('compare')} takes two brokers, and was given ${asked.length}.`,
      `Give two images, addresses, or results.json files: ${asTyped('compare')} rabbitmq-3.10 rabbitmq-4.3`,
    );
  }
  if (markdown && json)
    throw new UsageError('--markdown and --json exclude each other.', 'Give one of them.');

  const sources = sourcesOf([from, to], namedBrokers());
  // What is printed besides the comparison is for people who wait
  const line = new LiveLine(process.stderr);
  const reports = ownFolder('reports', (text) => line.line(text));
  const runs = await runOnAll(sources, join(reports, 'compare'), line);
  line.tell(() => 'Making the page');
  const order = claimsIn(root).map(({ id }) => id);
  const { matrix, details } = merged(runs, order);
  const [one = '', other = ''] = matrix.columns.map(({ id }) => id);
  const opensAt = fragmentOf({ at: 'comparison', brokers: [one, other] });
  const excluded = runs.find(({ results }) => results !== undefined)?.results?.excluded ?? [];
  const page = await writePage(reports, { matrix, excluded, opensAt }, details);
  line.tell(undefined);
  const comparison = compare(matrix, one, other);
  const differs = comparison.different.length > 0 || comparison.appliesToOne.length > 0;
  const failures = runs.flatMap(({ source, failure }) =>
    failure === undefined ? [] : [`${source.text}: ${failure}`],
  );
  for (const failure of failures) line.line(failure);
  const linkOf = ({ id }: { id: string }) =>
    page + fragmentOf({ at: 'comparison', brokers: [one, other], claim: id });
  if (json) {
    const told = { schemaVersion: 2, ...comparison, counts: countsOf(comparison) };
    process.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
  } else if (markdown) process.stdout.write(`${comparisonMarkdown(comparison)}\n`);
  else terminal.line(`${comparisonText(comparison, linkOf, picocolors)}\n\nReport: ${page}`);
  const notAdded = addToStepSummary(comparisonMarkdown(comparison));
  if (notAdded !== undefined) line.line(notAdded);
  process.exitCode ??= failures.length > 0 ? 3 : differs ? 1 : 0;
}
