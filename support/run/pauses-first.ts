import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The usual order of files, but first those whose specs pause: others have the processor meanwhile. */
export class PausesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const pausing = sorted.filter(({ moduleId }) => readFileSync(moduleId, 'utf8').includes('await pause('));
    return [...new Set([...pausing, ...sorted])];
  }
}
