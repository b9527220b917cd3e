import { startVitest } from 'vitest/node';
import { readResults } from '../report/results.ts';
import config from '../../vitest.config.ts';
import { root } from '../project.ts';
import { selectionOf } from '../run/selection.ts';

/** What of the command line is no setting of the environment. */
interface Options {
  queueType?: string;
  /** `1/2` */
  shard?: string;
  baseline?: string;
}

/**
 * Runs the specs against the broker that the environment asks for, and leaves the report.
 *
 * @param names areas, claims, or spec files; none: everything
 * @param options `queueType`: with queues of this type alone, and so only claims that are about it; `shard`: of what
 *   is asked for this part alone; `baseline`: the `results.json` of an earlier run: what has changed since is told
 * @throws UsageError for an area, a claim or a queue type that does not exist, and a file that holds no results
 */
export async function run(names: readonly string[], { queueType, shard, baseline }: Options): Promise<void> {
  const { files, testNamePattern } = selectionOf(names, { queueType, shard });
  if (baseline !== undefined) readResults(baseline);
  const provide = {
    ...(baseline === undefined ? {} : { baseline }),
    ...(shard === undefined ? {} : { shard }),
  };
  const vitest = await startVitest(
    'test',
    files,
    {
      config: false,
      root,
      watch: false,
      provide,
      ...(testNamePattern === undefined ? {} : { testNamePattern }),
    },
    config,
  );
  await vitest.close();
}
