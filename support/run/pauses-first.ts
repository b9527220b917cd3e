import { readFileSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes time and no processor: a pause of a story, queues that expire, heartbeats, and a broker that gives somebody up. */
const pauses = ['await pause(', "'x-expires': 2_000", 'heartbeat: 1', '.expectEnd('];

/** The usual order of files, but first those whose specs pause: others have the processor meanwhile. */
export class PausesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const pausing = sorted.filter(({ moduleId }) => {
      const text = readFileSync(moduleId, 'utf8');
      return pauses.some((pause) => text.includes(pause));
    });
    return [...new Set([...pausing, ...sorted])];
  }
}
