import type { TestSpecification, Vitest } from 'vitest/node';
import { crossAll } from '../proof/crossings.ts';
import type { SystematicReporter } from '../proof/systematic/systematic-reporter.ts';
import { projects } from '../run/selection.ts';

/**
 * Tries the mutants that follow from the table of methods: first all specs are watched, then each mutant meets those in
 * whose traffic it finds something to do, until one of them kills it. Specs that run apart take part only where no other
 * has anything to do for a mutant.
 *
 * @param vitest is told to watch systematically, and has not run anything yet
 * @param files whole paths of files and folders; none: all
 * @param reporter there is one as soon as vitest has begun
 */
export async function proveSystematically(
  vitest: Vitest,
  files: string[],
  reporter: () => SystematicReporter | undefined,
): Promise<void> {
  await vitest.standalone();
  const specifications = await vitest.globTestSpecifications(files);
  const isApart = ({ project }: TestSpecification): boolean => project.name === projects.apart;
  await vitest.runTestSpecifications(specifications.filter((each) => !isApart(each)));
  if (reporter()?.isAnyUnseen === true) await vitest.runTestSpecifications(specifications.filter(isApart));

  for (;;) {
    const crossings = reporter()?.next() ?? {};
    const of = Object.values(crossings).flat().length;
    if (of === 0) break;
    reporter()?.progress.begins('Trying systematic mutants', { of, what: 'trials' });
    await crossAll(vitest, files, crossings, (crossings) => ({ try: 'systematic', crossings }));
  }
  await reporter()?.finish({ interrupted: false });
}
