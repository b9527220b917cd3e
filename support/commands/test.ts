import { parseCLI, startVitest } from 'vitest/node';
import { selectionOf } from '../run/selection.ts';

/**
 * `pnpm test [area | claim | spec file …] [options of vitest]`: runs the specs against the broker that the
 * environment asks for, and leaves the report.
 *
 * @throws UsageError for an area or a claim that does not exist
 */
export async function run(args: readonly string[]): Promise<void> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args]);
  const { files, testNamePattern } = selectionOf(filter);
  const vitest = await startVitest('test', files, {
    ...options,
    watch: false,
    ...(testNamePattern === undefined ? {} : { testNamePattern }),
  });
  await vitest.close();
}
