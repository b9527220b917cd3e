import { root } from '../project.ts';

/**
 * The suite, for vitest: `createVitest('test', { ...ofSuite }, configuration)`. Loaded only when it is to run, as it takes
 * longest of all. Told the configuration as it is, vitest does not bundle its file and load all that it imports again.
 */
export async function loadSuite() {
  const [{ createVitest, startVitest }, { default: configuration }] = await Promise.all([
    import('vitest/node'),
    import('../../vitest.config.ts'),
  ]);
  return {
    createVitest,
    startVitest,
    configuration,
    ofSuite: { config: false, root, watch: false } as const,
  };
}
