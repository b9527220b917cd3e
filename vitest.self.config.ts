import { defineConfig } from 'vitest/config';

/** The project's own tests: those of `support` and of the programs, beside what they test. */
export default defineConfig({
  test: {
    include: ['support/**/*.test.ts', 'fixtures/**/*.test.ts'],
    reporters: ['default', ['json', { outputFile: 'reports/self.json' }]],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
