import { parseArgs } from 'node:util';
import { startVitest } from 'vitest/node';
import { ProofReporter } from '../proof/proof-reporter.ts';
import { RunReporter } from '../run/run-reporter.ts';
import { selectionOf } from '../run/selection.ts';

/**
 * As many files at once, and trials of each: most of them wait for what a broken broker will never do, and a file
 * ends with its slowest one.
 */
const [filesAtOnce, trialsAtOnce] = [5, 12];

/**
 * `pnpm prove [area | claim …] [--all]`: runs each spec against each of its mutants, and accepts a kill
 * only when the claim's own assertion failed and the mutant fired.
 *
 * - `--all`: crosses every mutant with every spec, and lists what is coupled.
 *
 * @throws UsageError for an area or a claim that does not exist
 */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { all: { type: 'boolean', default: false } },
  });
  const { files, testNamePattern } = selectionOf(positionals);
  const vitest = await startVitest('test', files, {
    watch: false,
    maxWorkers: filesAtOnce,
    maxConcurrency: trialsAtOnce,
    provide: { proofPlan: { all: values.all } },
    reporters: [new RunReporter((session) => new ProofReporter(() => session.broker))],
    ...(testNamePattern === undefined ? {} : { testNamePattern }),
  });
  await vitest.close();
}
