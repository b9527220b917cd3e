import { parseArgs } from 'node:util';
import { readResults } from '../report/results.ts';
import { selectionOf } from '../run/selection.ts';
import { loadSuite } from './suite.ts';

/**
 * `pnpm test [area | claim | spec file …] [--queue-type classic | quorum | stream] [--baseline FILE] [--watch]`: runs the specs against the broker
 * that the environment asks for, and leaves the report.
 *
 * - `--queue-type`: with queues of this type alone, and so only claims that are about it.
 * - `--baseline`: the `results.json` of an earlier run: what has changed since is told.
 * - `--watch`: again whenever a spec that was asked for is saved, or what it imports, on the same broker; shows the
 *   timeline of each outcome. Ctrl-C ends it.
 *
 * @throws UsageError for an area, a claim or a queue type that does not exist, and a file that holds no results
 */
export async function run(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      'queue-type': { type: 'string' },
      baseline: { type: 'string' },
      watch: { type: 'boolean', default: false },
    },
  });
  const { files, testNamePattern } = selectionOf(positionals, { queueType: values['queue-type'] });
  const { baseline, watch } = values;
  if (baseline !== undefined) readResults(baseline);
  const { createVitest, startVitest, configuration, ofSuite } = await loadSuite();
  const options = {
    ...ofSuite,
    watch,
    ...(baseline === undefined ? {} : { provide: { baseline } }),
    ...(testNamePattern === undefined ? {} : { testNamePattern }),
  };
  if (watch) {
    // Without vitest's own keys
    await (await createVitest('test', options, configuration)).start(files);
    return;
  }
  const vitest = await startVitest('test', files, options, configuration);
  await vitest.close();
}
