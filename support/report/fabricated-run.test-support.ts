import { execa } from 'execa';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { BrokerDescription } from '../broker/broker.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

const broker: BrokerDescription = {
  provider: 'local',
  title: 'RabbitMQ 4.0.5, local',
  product: 'rabbitmq',
  version: '4.0.5',
  amqp: { host: '127.0.0.1', port: 5672 },
  username: 'guest',
  password: 'guest',
  virtualHost: '/',
  capabilities: ['management', 'ctl', 'log'],
  missing: { restart: 'no RESTART_COMMAND was given' },
  environment: { BROKER: 'local' },
};

const config = `
import { defineConfig } from 'vitest/config';
import BrokerproofReporter from './support/report/reporter.ts';

const reporter = new BrokerproofReporter({
  broker: () => (${JSON.stringify(broker)}),
  log: async () => 'what the broker logged',
});
export default defineConfig({
  test: { include: ['specs/**/*.spec.ts'], testTimeout: 500, maxWorkers: 2, pool: 'forks', reporters: [reporter] },
});
`;

const helper = `
import { test } from 'vitest';

const evidence = () => ({
  startedAt: Date.now(),
  events: [
    { at: 0.5, actor: 'producer', kind: 'producer', direction: 'out', what: 'basic.publish', label: 'one', via: { kind: 'queue', name: 'tasks' } },
    { at: 1.5, actor: 'odd', kind: 'consumer', direction: 'in', what: 'basic.deliver', label: 'one', via: { kind: 'queue', name: 'tasks' } },
  ],
  counters: [{ at: 1, queue: 'tasks', ready: 1, unacknowledged: 0, consumers: 1, witness: 'management' }],
  omitted: 0,
});

export const fabricate = (id, { verdict, reason, errors = [], file = 'dispatch', ...run }) => {
  const [area] = id.split('/');
  const says = \`The broker does \${id} <as> & "said".\`;
  const documented = [{ title: 'RabbitMQ: Consumers', url: 'https://www.rabbitmq.com/docs/consumers' }];
  const claim = { id, area, topic: 'Dispatch', file: \`specs/\${area}/\${file}.spec.ts\`, says, documented, tags: ['tutorial two'], needs: [], refutedBy: [], extensions: [], queueTypes: [], regressions: [] };
  const { queueType } = run;
  const name = queueType === undefined ? id : \`\${id} (\${queueType})\`;
  test.concurrent(\`\${name}: \${says}\`, { meta: { claim, ...(queueType && { queueType }) }, ...run.options }, async (context) => {
    await run.before?.(context);
    const told = errors.map((error) => ({ name: error.name, message: error.message, stack: error.stack }));
    if (verdict !== undefined) context.task.meta.outcome = { ...(queueType && { queueType }), verdict, reason, errors: told, evidence: evidence() };
    if (run.skip) context.skip(reason);
    if (errors.length > 0) throw errors[0];
    await run.after?.(context);
  });
};
`;

/** A run of real vitest with the real reporter, over specs whose outcomes are made up. */
export class FabricatedRun {
  readonly folder = mkdtempSync(join(tmpdir(), 'brokerproof-report-'));
  /** What GitHub would show of the step. */
  readonly stepSummary = join(this.folder, 'step-summary.md');

  /** @param specs content of the spec files by their paths under `specs`; each may use `fabricate` */
  constructor(specs: Record<string, string>) {
    for (const name of ['node_modules', 'support']) symlinkSync(join(root, name), join(this.folder, name));
    writeFileSync(join(this.folder, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(join(this.folder, 'vitest.config.ts'), config);
    writeFileSync(join(this.folder, 'fabricate.ts'), helper);
    for (const [path, content] of Object.entries(specs)) {
      const file = join(this.folder, 'specs', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `import { fabricate } from '../../fabricate.ts';\n${content}`);
    }
  }

  /** @param args of `vitest run` */
  start(args: readonly string[] = []) {
    return execa(process.execPath, [vitest, 'run', ...args], {
      cwd: this.folder,
      env: {
        GITHUB_STEP_SUMMARY: this.stepSummary,
        NO_COLOR: '1',
        FORCE_COLOR: undefined,
        VITEST: undefined,
        TEST: undefined,
        NODE_ENV: undefined,
      },
      reject: false,
      all: true,
    });
  }

  /** Path of something that the run left in its folder of reports. */
  report(name: string): string {
    return join(this.folder, 'reports', name);
  }

  read(name: string): string {
    return readFileSync(this.report(name), 'utf8');
  }

  /** The results for Allure that are there now. */
  allureResults(): unknown[] {
    // While the run goes on, its folder has another name
    const name = readdirSync(this.report('.')).find((entry) => /^\.?allure-results/.test(entry));
    if (name === undefined) return [];
    const folder = this.report(name);
    return readdirSync(folder)
      .filter((name) => name.endsWith('-result.json'))
      .map((name): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
