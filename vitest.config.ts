import { join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { root, specsOf } from './support/project.ts';
import BrokerproofReporter from './support/report/reporter.ts';
import { cacheHasRoom, translatedSpecs } from './support/run/cache-room.ts';
import { oneAfterTheOther } from './support/run/one-after-the-other.ts';
import { PausesFirst } from './support/run/pauses-first.ts';
import { RunReporter } from './support/run/run-reporter.ts';
import { projects } from './support/run/selection.ts';

/** Where the commands have put the modules that specs stand on, in few files; vitest by itself takes them as they are. */
const { BROKERPROOF_BUILT: built } = process.env;

/** What both projects have in common; `extends: true` would load this file once more for each. */
const specs = {
  dir: specsOf(root),
  // Specs keep nothing between them but connections that they own, so files can share a worker
  isolate: false,
  pool: 'threads',
  // What differs must stand in the message
  chaiConfig: { truncateThreshold: 0 },
  maxConcurrency: 8,
  // Of what lies under node_modules, vitest translates only this
  server: {
    deps: {
      inline: [join(root, 'support'), join(root, 'specs')].map(beginning),
      ...(built === undefined ? {} : { external: [beginning(built)] }),
    },
  },
} as const satisfies TestProjectInlineConfiguration['test'];

/** What specs import, and somebody's own claims, wherever they lie. */
const resolve = {
  alias: [
    {
      find: /^(?:#support|brokerproof)$/,
      replacement: built === undefined ? join(root, 'support/index.ts') : join(built, 'index.js'),
    },
  ],
};

function beginning(path: string): RegExp {
  return new RegExp(`^${path.replaceAll(/[^\w/]/g, String.raw`\$&`)}/`);
}

/**
 * The suite. Specs mostly wait for the broker, so many are in flight at once. Those that disturb the whole broker
 * (`*.apart.spec.ts`) run a file after the other, and all specs of such a file at once, since they meet at one restart:
 * on a broker of their own beside all others, and where there is only one, when all others are done. Those of clusters
 * (`*.cluster.spec.ts`) run so too, but only when nothing else does: a cluster of three nodes is started for them then.
 */
export default defineConfig({
  root,
  test: {
    // What was translated of the specs and what they stand on, until it changes; vitest can't do without what it can't keep
    experimental: {
      fsModuleCache: cacheHasRoom(),
      fsModuleCachePath: translatedSpecs,
    },
    // Several runs may go on at once, and none depends on what was before it
    cache: false,
    reporters: [
      new RunReporter(
        (session) =>
          new BrokerproofReporter({
            broker: () => session.broker,
            log: (since, project) => session.log(since, { apart: project === projects.apart }),
            folder: process.env['REPORTS'],
            // Of a run among others one page is made of all
            pages: process.env['REPORTS_FOR'] !== 'programs',
            proof: 'reports/proof.json',
          }),
      ),
    ],
    // More than there are cores: a file that waits, for time or for processes, keeps a worker
    maxWorkers: 9,
    sequence: { sequencer: PausesFirst },
    projects: [
      {
        resolve,
        test: {
          ...specs,
          name: 'together',
          include: ['**/*.spec.ts'],
          exclude: ['**/node_modules/**', '**/*.apart.spec.ts', '**/*.cluster.spec.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        resolve,
        test: {
          ...specs,
          name: 'apart',
          include: ['**/*.apart.spec.ts'],
          maxConcurrency: 1_000,
          pool: oneAfterTheOther,
          sequence: { groupOrder: 1 },
        },
      },
      {
        resolve,
        test: {
          ...specs,
          name: 'cluster',
          include: ['**/*.cluster.spec.ts'],
          maxConcurrency: 1_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
