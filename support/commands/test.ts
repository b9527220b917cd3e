import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { selectionOf } from '../run/selection.ts';

/**
 * `pnpm test [area | claim | spec file …] [--queue-type classic | quorum | stream]`: runs the specs against the broker
 * that the environment asks for, and leaves the report.
 *
 * - `--queue-type`: with queues of this type alone, and so only claims that are about it.
 *
 * @throws UsageError for an area, a claim or a queue type that does not exist
 */
export async function run(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: { 'queue-type': { type: 'string' } },
  });
  const { files, testNamePattern } = selectionOf(positionals, { queueType: values['queue-type'] });
  const vitest = await startVitest('test', files, {
    watch: false,
    ...(testNamePattern === undefined ? {} : { testNamePattern }),
  });
  await vitest.close();
}
