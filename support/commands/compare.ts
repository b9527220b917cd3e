import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import picocolors from 'picocolors';
import { claimsIn } from '../claim/places.ts';
import { UsageError } from '../errors.ts';
import { compare } from '../matrix/compare.ts';
import { comparisonMarkdown, comparisonText } from '../matrix/comparison-text.ts';
import { merged } from '../matrix/merge.ts';
import { writeMatrixPage } from '../matrix/page.ts';
import { fragmentOf } from '../matrix/page/address.ts';
import { everything } from '../matrix/page/filter.ts';
import { runOnAll } from '../matrix/run-all.ts';
import { namedBrokers, sourcesOf } from '../matrix/source.ts';

const folder = 'reports/compare';

/**
 * `pnpm compare A B [--markdown | --json]`: what changes for somebody who goes from one broker to another. Each is
 * an image, a name, an address, or the `results.json` of an earlier run.
 *
 * Ends with 0 when nothing differs, 1 when something does, 3 when one of them could not be run.
 *
 * @throws UsageError when there are not two, or a file holds no results
 */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { markdown: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  });
  const [from, to, ...more] = positionals;
  if (from === undefined || to === undefined || more.length > 0) {
    throw new UsageError(
      `pnpm compare takes two brokers, and was given ${positionals.length}.`,
      'Give two images, addresses, or results.json files: pnpm compare rabbitmq-3.10 rabbitmq-4.3',
    );
  }
  if (values.markdown && values.json)
    throw new UsageError('--markdown and --json exclude each other.', 'Give one of them.');

  const sources = sourcesOf([from, to], namedBrokers());
  // What is printed besides the comparison is for people who wait
  const runs = await runOnAll(sources, folder, (line) => process.stderr.write(`${line}\n`));
  const order = claimsIn(process.cwd()).map(({ id }) => id);
  const { matrix, evidence } = merged(runs, order, folder);
  mkdirSync(folder, { recursive: true });
  const page = await writeMatrixPage(folder, matrix, evidence);
  const [one = '', other = ''] = sources.map(({ id }) => id);
  const comparison = compare(matrix, one, other);
  const failures = runs.flatMap(({ source, failure }) =>
    failure === undefined ? [] : [`${source.text}: ${failure}`],
  );
  for (const failure of failures) process.stderr.write(`${failure}\n`);
  const linkOf = ({ id }: { id: string }) =>
    page +
    fragmentOf({ view: { at: 'comparison', columns: [one, other] }, filter: { ...everything, search: id } });
  const told = values.json
    ? JSON.stringify({ schemaVersion: 1, ...comparison }, undefined, 2)
    : values.markdown
      ? comparisonMarkdown(comparison)
      : `${comparisonText(comparison, linkOf, picocolors)}\n\nPage: ${page}`;
  process.stdout.write(`${told}\n`);
  process.exitCode ??= failures.length > 0 ? 3 : comparison.differences.length > 0 ? 1 : 0;
}
