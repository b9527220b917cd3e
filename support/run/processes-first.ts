import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The specs of the file start programs, or rabbitmqctl. */
const startsProcesses = /\bprogram\b|needs: \[.*'ctl'/;

/**
 * The usual order of files, but first those whose specs start processes: these take longest, and one that came last
 * would run alone.
 */
export class ProcessesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const first = new Set(
      sorted.filter(({ moduleId }) => startsProcesses.test(readFileSync(moduleId, 'utf8'))),
    );
    return [...first, ...sorted.filter((file) => !first.has(file))];
  }
}
