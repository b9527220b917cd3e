import { UsageError } from '../errors.ts';
import { crossAll } from '../proof/crossings.ts';
import type { Crossings, ProofPlan } from '../trials/planned.ts';
import { ProofReporter } from '../proof/proof-reporter.ts';
import { SystematicReporter } from '../proof/systematic/systematic-reporter.ts';
import { RunReporter } from '../run/run-reporter.ts';
import { selectionOf } from '../run/selection.ts';
import { proveSystematically } from './prove-systematic.ts';
import { loadSuite } from './suite.ts';

/**
 * As many files at once, of which one runs apart, and trials of each: most of them wait for what a broken broker will
 * never do, and a file ends with its slowest one.
 */
const [filesAtOnce, trialsAtOnce] = [6, 12];

/**
 * Runs each spec against each of its mutants, and accepts a kill only when the claim's own assertion failed and the
 * mutant fired.
 *
 * @param names areas, claims, or spec files; none: everything
 * @param options `all`: crosses every mutant with every spec in which it finds something to do, and lists what is
 *   coupled; `queueType`: with queues of this type alone, and so only claims that are about it; `cluster`: what is about
 *   clusters, on one of three nodes; `systematic`: the mutants that follow from the table of methods, and those alone
 * @throws UsageError for an area, a claim or a queue type that does not exist
 */
export async function run(
  names: readonly string[],
  {
    all = false,
    systematic = false,
    queueType,
    cluster,
  }: { all?: boolean; systematic?: boolean; queueType?: string; cluster?: boolean },
): Promise<void> {
  if (all && systematic) {
    throw new UsageError(
      'A proof is either of all mutants that somebody thought of, or of those that follow from the table of methods.',
      'Choose --all or --systematic.',
    );
  }
  const { files, testNamePattern, project } = selectionOf(names, { queueType, cluster });
  let proof: ProofReporter | undefined;
  let systematicProof: SystematicReporter | undefined;
  const { createVitest, configuration, ofSuite } = await loadSuite();
  const options = {
    ...ofSuite,
    project,
    maxWorkers: filesAtOnce,
    maxConcurrency: trialsAtOnce,
    provide: { proofPlan: planOf({ all, systematic }) },
    reporters: [
      new RunReporter((session) => {
        const broker = () => session.broker;
        if (!systematic) return (proof = new ProofReporter(broker, { goesOn: true }));
        const ofAll = names.length === 0 && queueType === undefined && cluster !== true;
        return (systematicProof = new SystematicReporter(broker, { ofAll }));
      }),
    ],
    ...(testNamePattern === undefined ? {} : { testNamePattern }),
  };
  const vitest = await createVitest('test', options, configuration);
  if (systematic) await proveSystematically(vitest, files, () => systematicProof);
  else await vitest.start(files);

  if (proof !== undefined) {
    const { progress } = proof;
    const cross = async (doing: string, crossings: Crossings, patiently: boolean): Promise<void> => {
      const of = Object.values(crossings).flat().length;
      if (of > 0) progress.begins(doing, { of, what: 'trials' });
      await crossAll(vitest, files, crossings, (crossings) => ({ try: 'crossings', crossings, patiently }));
    };
    await cross('Looking for what of the eccentric broker is to blame', proof.suspected, true);
    if (all) {
      await cross('Crossing with the mutants of other claims', proof.stirred, false);
      // On a busy machine a spec may fail because it waited too short
      await cross('Looking again at what is coupled', proof.coupled, true);
    }
    await proof.finish({ interrupted: false });
  }
  await vitest.close();
}

function planOf({ all, systematic }: { all: boolean; systematic: boolean }): ProofPlan {
  if (systematic) return { try: 'watched systematically' };
  return { try: all ? 'declared, watched by all' : 'declared' };
}
