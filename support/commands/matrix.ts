import { join } from 'node:path';
import { writeWhole } from '../whole-file.ts';
import { claimsIn } from '../claim/places.ts';
import { exitCodeOf } from '../matrix/exit-code.ts';
import { root } from '../project.ts';
import { merged } from '../matrix/merge.ts';
import { runOnAll } from '../matrix/run-all.ts';
import { namedBrokers, sourcesOf } from '../matrix/source.ts';
import { countsTable } from '../matrix/summary.ts';
import { writePage } from '../page/write.ts';
import { terminal } from '../run/live-line.ts';
import { ownFolder } from '../run/own-folder.ts';

/**
 * Runs the suite on several brokers, and puts what they show side by side: for people in `reports/index.html`, for
 * programs in `reports/matrix/matrix.json`.
 *
 * Ends with 0 when every broker is as expected, 1 when a claim is violated, 3 when something could not run.
 *
 * @param asked images, names of `fixtures/brokers.json` (all are the default), addresses, or results.json files
 * @throws UsageError for an address, a file or a name that is none
 */
export async function run(asked: readonly string[]): Promise<void> {
  const names = namedBrokers();
  const sources = sourcesOf(asked.length > 0 ? asked : Object.keys(names), names);
  const order = claimsIn(root).map(({ id }) => id);

  const reports = ownFolder('reports', (line) => terminal.line(line));
  const folder = join(reports, 'matrix');
  const runs = await runOnAll(sources, folder, terminal);
  const { matrix, details } = merged(runs, order);
  terminal.line(`\n${countsTable(matrix)}`);
  terminal.tell(() => 'Making the page');
  writeWhole(join(folder, 'matrix.json'), `${JSON.stringify(matrix, undefined, 2)}\n`);
  const excluded = runs.find(({ results }) => results !== undefined)?.results?.excluded ?? [];
  const page = await writePage(reports, { matrix, excluded }, details);
  terminal.tell(undefined);
  terminal.line(`\nReport: ${page}`);
  process.exitCode ??= exitCodeOf(runs);
}
