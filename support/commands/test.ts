import { parseArgs } from 'node:util';
import { readResults } from '../report/results.ts';
import { selectionOf } from '../run/selection.ts';
import { loadSuite } from './suite.ts';

/**
 * `pnpm test [area | claim | spec file …] [--queue-type classic | quorum | stream] [--baseline FILE]`: runs the specs against the broker
 * that the environment asks for, and leaves the report.
 *
 * - `--queue-type`: with queues of this type alone, and so only claims that are about it.
 * - `--baseline`: the `results.json` of an earlier run: what has changed since is told.
 *
 * @throws UsageError for an area, a claim or a queue type that does not exist, and a file that holds no results
 */
export async function run(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { 'queue-type': { type: 'string' }, baseline: { type: 'string' } },
  });
  const { files, testNamePattern } = selectionOf(positionals, { queueType: values['queue-type'] });
  const { baseline } = values;
  if (baseline !== undefined) readResults(baseline);
  const { startVitest, configuration, ofSuite } = await loadSuite();
  const options = {
    ...ofSuite,
    ...(baseline === undefined ? {} : { provide: { baseline } }),
    ...(testNamePattern === undefined ? {} : { testNamePattern }),
  };
  const vitest = await startVitest('test', files, options, configuration);
  await vitest.close();
}
