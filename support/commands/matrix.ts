import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { claimsIn } from '../claim/places.ts';
import { exitCodeOf } from '../matrix/exit-code.ts';
import { merged } from '../matrix/merge.ts';
import { writeMatrixPage } from '../matrix/page.ts';
import { runOnAll } from '../matrix/run-all.ts';
import { namedBrokers, sourcesOf } from '../matrix/source.ts';
import { countsTable } from '../matrix/summary.ts';

const folder = 'reports/matrix';

/**
 * `pnpm matrix [image | name | address | results.json …]`: runs the suite on several brokers, and puts what they show side by
 * side: for people in `reports/matrix/index.html`, for programs in `reports/matrix/matrix.json`. Without a name:
 * all that `fixtures/brokers.json` names.
 *
 * Ends with 0 when every broker is as expected, 1 when a claim is violated, 3 when something could not run.
 *
 * @throws UsageError for an address or a file that is none
 */
export async function run(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const names = namedBrokers();
  const asked = positionals.length > 0 ? positionals : Object.keys(names);
  const sources = sourcesOf(asked, names);
  const order = claimsIn(process.cwd()).map(({ id }) => id);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);

  const runs = await runOnAll(sources, folder, say);
  const { matrix, evidence } = merged(runs, order, folder);
  writeFileSync(join(folder, 'matrix.json'), `${JSON.stringify(matrix, undefined, 2)}\n`);
  say(`\n${countsTable(matrix)}\n`);
  say(`Matrix: ${await writeMatrixPage(folder, matrix, evidence)}`);
  process.exitCode ??= exitCodeOf(runs);
}
