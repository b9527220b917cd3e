import { clusterEnding } from '../claim/describe.ts';
import { claimsIn } from '../claim/places.ts';
import { asTyped, root } from '../project.ts';
import { claimsInWords } from '../report/claim-outcomes.ts';
import { readResults } from '../report/results.ts';
import { terminal } from '../run/live-line.ts';
import { selectionOf } from '../run/selection.ts';
import { loadSuite } from './suite.ts';

/** What of the command line is no setting of the environment. */
interface Options {
  queueType?: string;
  /** `1/2` */
  shard?: string;
  baseline?: string;
  watch?: boolean;
  cluster?: boolean;
}

/**
 * Runs the specs against the broker that the environment asks for, and leaves the report.
 *
 * @param names areas, claims, or spec files; none: everything
 * @param options `queueType`: with queues of this type alone, and so only claims that are about it; `shard`: of what
 *   is asked for this part alone; `baseline`: the `results.json` of an earlier run: what has changed since is told;
 *   `watch`: again whenever a spec that was asked for is saved, or what it imports, on the same broker, with the timeline
 *   of each outcome, until Ctrl-C; `cluster`: what is about clusters, on one of three nodes
 * @throws UsageError for an area, a claim or a queue type that does not exist, and a file that holds no results
 */
export async function run(
  names: readonly string[],
  { queueType, shard, baseline, watch = false, cluster: asked }: Options,
): Promise<void> {
  const { files, testNamePattern, cluster, project } = selectionOf(names, {
    queueType,
    shard,
    cluster: asked,
  });
  if (baseline !== undefined) readResults(baseline);
  // What has been built is not what is being edited
  if (watch) delete process.env['BROKERPROOF_BUILT'];
  const { createVitest, startVitest, configuration, ofSuite } = await loadSuite();
  const options = {
    ...ofSuite,
    watch,
    project,
    provide: {
      ...(baseline === undefined ? {} : { baseline }),
      ...(shard === undefined ? {} : { shard }),
    },
    ...(testNamePattern === undefined ? {} : { testNamePattern }),
  };
  if (watch) {
    // Without vitest's own keys
    await (await createVitest('test', options, configuration)).start(files);
    return;
  }
  const vitest = await startVitest('test', files, options, configuration);
  await vitest.close();
  const others = claimsIn(root).filter(({ file }) => file.endsWith(clusterEnding)).length;
  if (!cluster && names.length === 0 && others > 0)
    terminal.line(`${claimsInWords(others)} about clusters did not run: ${asTyped('test')} --cluster`);
}
