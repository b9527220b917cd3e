import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { selectionOf } from '../run/selection.ts';

/**
 * `pnpm test [area | claim | spec file …]`: runs the specs against the broker that the environment asks for, and
 * leaves the report.
 *
 * @throws UsageError for an area or a claim that does not exist
 */
export async function run(args: string[]): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const { files, testNamePattern } = selectionOf(positionals);
  const vitest = await startVitest('test', files, {
    watch: false,
    ...(testNamePattern === undefined ? {} : { testNamePattern }),
  });
  await vitest.close();
}
