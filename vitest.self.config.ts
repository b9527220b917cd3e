import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What starts brokers, browsers or whole commands: a test that stands on one of these takes long. */
const slow = new Set([
  'support/broker/choose.ts',
  'support/broker/container/labelled-image.ts',
  'support/broker/container/provider.ts',
  'support/broker/node/node.ts',
  'support/commands/project-copy.test-support.ts',
  'support/page/chromium.test-support.ts',
  'support/report/fabricated-run.test-support.ts',
  // What waits for most of its time
  'support/broker/external/command.test.ts',
  'support/management/patiently.test.ts',
]);
const imported = /^(?:import|export)\s(?!type\b)(?:[^'"]*?\sfrom\s)?'(?<module>\.[^']*)'/gm;
const known = new Map([...slow].map((file) => [file, true]));

/** Whether a module stands on a slow one, directly or not. */
function isSlow(file: string): boolean {
  const found = known.get(file);
  if (found !== undefined) return found;
  known.set(file, false);
  const result = modulesIn(file).some(isSlow);
  known.set(file, result);
  return result;
}

function modulesIn(file: string): string[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(imported)].map(({ groups }) =>
    normalize(join(file, '..', groups?.['module'] ?? '')),
  );
}

const tests = ['support', 'fixtures'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name)),
);
/** What is for the nightly gate. */
const nightly = tests.filter((file) => file.endsWith('.nightly.test.ts'));
const usual = tests.filter((file) => !nightly.includes(file));
/** Begun first, so that nobody waits for one of them at the end. */
const longest = [
  'faults',
  'library',
  'cluster',
  'profile',
  'walk',
  'broker-dies',
  'interruption',
  'node',
].map((name) => `/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = longest.findIndex((name) => moduleId.endsWith(name));
      return found === -1 ? longest.length : found;
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}

/** Files share a worker, and what it has loaded: half of a quick file's time is for that. */
const shared = { testTimeout: 60_000, hookTimeout: 120_000, isolate: false, maxConcurrency: 10 };

/**
 * The project's own tests: those of `support` and of the programs, beside what they test. Those that need neither a
 * broker nor a browser come first, so that a slip shows at once; those that are called `*.nightly.test.ts` run in the
 * nightly gate alone.
 */
export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: 'reports/self.json' }]],
    // Most files wait for half of their time
    maxWorkers: 4,
    experimental: { fsModuleCache: true, fsModuleCachePath: 'node_modules/.cache/brokerproof/tests' },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...shared,
          name: 'quick',
          include: usual.filter((file) => !isSlow(file)),
          sequence: { groupOrder: 0 },
        },
      },
      { test: { ...shared, name: 'slow', include: usual.filter(isSlow), sequence: { groupOrder: 1 } } },
      { test: { ...shared, name: 'nightly', include: nightly, sequence: { groupOrder: 2 } } },
    ],
  },
});
