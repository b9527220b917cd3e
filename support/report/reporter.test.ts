import { XMLParser } from 'fast-xml-parser';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { FabricatedRun } from './fabricated-run.test-support.ts';
import { readResults } from './results.ts';

const allureSchema = z.object({
  name: z.string(),
  fullName: z.string(),
  status: z.string(),
  statusDetails: z.object({ message: z.string().optional(), trace: z.string().optional() }),
  labels: z.array(z.object({ name: z.string(), value: z.string() })),
  links: z.array(z.object({ url: z.string() })),
  attachments: z.array(z.object({ name: z.string(), type: z.string() })),
  steps: z.array(z.object({ name: z.string(), status: z.string() })),
});
type AllureResult = z.infer<typeof allureSchema>;

function allureResults(run: FabricatedRun): Map<string, AllureResult> {
  return new Map(
    run
      .allureResults()
      .map((result) => allureSchema.parse(result))
      .map((result) => [result.fullName, result]),
  );
}

const element = z.object({ '@message': z.string().optional(), '#text': z.string().optional() });
const testcaseSchema = z.object({
  '@name': z.string(),
  failure: element.optional(),
  error: element.optional(),
  skipped: element.optional(),
});
const suiteSchema = z.object({
  '@tests': z.string(),
  '@failures': z.string(),
  '@errors': z.string(),
  '@skipped': z.string(),
  testcase: z.array(testcaseSchema).default([]),
});
const junitSchema = z.object({
  testsuites: suiteSchema.extend({ testsuite: z.array(suiteSchema).default([]) }),
});

function junitOf(run: FabricatedRun): z.infer<typeof junitSchema>['testsuites'] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    isArray: (name) => name === 'testsuite' || name === 'testcase',
  });
  return junitSchema.parse(parser.parse(run.read('junit.xml'))).testsuites;
}

const good = `
fabricate('consuming/proven', { verdict: 'proven' });
fabricate('consuming/holds', { verdict: 'holds' });
fabricate('consuming/not-testable', { verdict: 'not testable', reason: 'restart: no command', skip: true });
fabricate('consuming/not-applicable', { verdict: 'not applicable', reason: 'applies to <4', skip: true });
fabricate('consuming/deviates', { verdict: 'deviates', reason: 'known since 3.8', errors: [new Error('expected 501')] });
`;
const violated = `
fabricate('prefetch/violated', {
  verdict: 'violated',
  reason: 'expected one',
  errors: [new Error('expected one, seen three\\u0000\\u001b[31m'), new Error('and the soft one')],
});
`;
const couldNotRun = `
fabricate('queues/told', { verdict: 'could not run', reason: 'no connection', errors: [new Error('no connection')] });
fabricate('queues/too-slow', { before: () => new Promise(() => {}) });
fabricate('queues/clean-up', { verdict: 'holds', after: () => { throw new Error('the clean-up failed'); } });
fabricate('queues/silent-skip', { before: ({ skip }) => skip('because'), });
fabricate('queues/left-out', { verdict: 'holds', options: { skip: true } });
`;

const runs: FabricatedRun[] = [];
function fabricated(specs: Record<string, string>): FabricatedRun {
  const run = new FabricatedRun(specs);
  runs.push(run);
  return run;
}
afterEach(() => {
  for (const run of runs.splice(0)) run.remove();
});

describe('all reports tell the same of each verdict', () => {
  test('violated, could not run, skipped with a reason, and a file that cannot be loaded', async () => {
    const run = fabricated({
      'consuming/dispatch.spec.ts': good,
      'prefetch/dispatch.spec.ts': violated,
      'queues/dispatch.spec.ts': couldNotRun,
      'queues/broken.spec.ts': `throw new Error('"Bad Id" is no id of a claim');`,
    });
    const { exitCode, all } = await run.start();

    const results = readResults(run.report('results.json'));
    const verdicts = Object.fromEntries(results.claims.map(({ id, verdict }) => [id, verdict]));
    expect(verdicts).toEqual({
      'consuming/proven': 'proven',
      'consuming/holds': 'holds',
      'consuming/not-testable': 'not testable',
      'consuming/not-applicable': 'not applicable',
      'consuming/deviates': 'deviates',
      'prefetch/violated': 'violated',
      'queues/told': 'could not run',
      'queues/too-slow': 'could not run',
      'queues/clean-up': 'could not run',
      'queues/silent-skip': 'could not run',
      'queues/left-out': 'could not run',
    });
    const reasons = Object.fromEntries(results.claims.map(({ id, reason }) => [id, reason]));
    expect(reasons['queues/too-slow']).toMatch(/^Test timed out in 500ms\.$/);
    expect(reasons['queues/clean-up']).toBe('the clean-up failed');
    expect(reasons['queues/silent-skip']).toContain('because');
    expect(results.problems).toEqual([expect.stringContaining('"Bad Id" is no id of a claim')]);
    expect(results.broker?.version).toBe('4.0.5');

    // Allure
    const allure = allureResults(run);
    const status = {
      proven: 'passed',
      holds: 'passed',
      violated: 'failed',
      deviates: 'skipped',
      'not applicable': 'skipped',
      'not testable': 'skipped',
      'could not run': 'broken',
    };
    expect([...allure.keys()].sort()).toEqual(results.claims.map(({ id }) => id));
    for (const { id, verdict, says, reason } of results.claims) {
      const result = allure.get(id);
      expect(result).toMatchObject({ name: says, status: status[verdict] });
      expect(result?.labels).toContainEqual({ name: 'verdict', value: verdict });
      expect(result?.links[0]?.url).toBe('https://www.rabbitmq.com/docs/consumers');
      expect(result?.statusDetails.message ?? '').toContain(reason ?? '');
    }
    expect(allure.get('prefetch/violated')?.steps.map(({ name }) => name)).toEqual([
      expect.stringContaining('expected one, seen three'),
      'and the soft one',
    ]);
    expect(allure.get('prefetch/violated')?.attachments.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'Timeline image/svg+xml',
      'Timeline as text text/plain',
      'Queue counters text/plain',
      "Broker's log text/plain",
    ]);
    expect(allure.get('consuming/proven')?.attachments).toHaveLength(3);

    // JUnit
    const junit = junitOf(run);
    const cases = junit.testsuite.flatMap(({ testcase }) => testcase);
    expect(junit).toMatchObject({ '@tests': '11', '@failures': '1', '@errors': '5', '@skipped': '3' });
    expect(junit.testsuite).toHaveLength(3);
    for (const { id, verdict, reason } of results.claims) {
      const found = cases.find((testcase) => testcase['@name'].startsWith(`${id}: `));
      const { failure, error, skipped } = found ?? {};
      expect({ id, failed: failure !== undefined }).toEqual({ id, failed: verdict === 'violated' });
      expect({ id, broken: error !== undefined }).toEqual({ id, broken: verdict === 'could not run' });
      expect({ id, skipped: skipped?.['@message'] }).toEqual({
        id,
        skipped: status[verdict] === 'skipped' ? `${verdict}: ${reason}` : undefined,
      });
    }
    expect(cases.find(({ failure }) => failure !== undefined)?.failure?.['#text']).toContain(
      'and the soft one',
    );

    // Markdown and the badge
    const summary = run.read('summary.md');
    expect(summary).toContain('## RabbitMQ 4.0.5, local\n');
    expect(summary).toContain('| 11 | 1 | 1 | 1 | 1 | 1 | 1 | 5 |');
    expect(summary).toContain(
      '**`prefetch/violated`** The broker does prefetch/violated &lt;as&gt; &amp; "said".',
    );
    expect(summary).toContain('expected one, seen three');
    expect(readFileSync(run.stepSummary, 'utf8')).toBe(`${summary}\n`);
    expect(run.read('badge.svg')).toContain('1 violated, 5 could not run');

    // The terminal
    expect(all).toContain('consuming: 1 proven, 1 holds, 1 deviates, 1 not applicable, 1 not testable');
    expect(all).toContain('Again: BROKER=local pnpm test prefetch/violated');
    expect(all?.match(/is no id of a claim/g)).toHaveLength(1);
    expect({ exitCode, told: results.exitCode }).toEqual({ exitCode: 2, told: 2 });
  });
});

describe('the exit code', () => {
  test('is 0 when all is as expected, and the results of an earlier run are gone', async () => {
    const run = fabricated({ 'consuming/dispatch.spec.ts': good });
    for (const folder of ['allure-results', 'allure']) mkdirSync(run.report(folder), { recursive: true });
    const files = ['index.html', 'allure/index.html', 'summary.md', 'badge.svg'];
    for (const old of ['allure-results/old-result.json', ...files]) writeFileSync(run.report(old), '{}');
    writeFileSync(run.stepSummary, 'What another step tells.\n');
    const { exitCode } = await run.start();
    expect(exitCode).toBe(0);
    for (const name of files.slice(2)) expect(run.read(name)).not.toContain('{}');
    expect(readFileSync(run.stepSummary, 'utf8')).toMatch(/^What another step tells\.\n## RabbitMQ 4\.0\.5/);
    expect(existsSync(run.report('allure-results/old-result.json'))).toBe(false);
    for (const name of files.slice(0, 2)) expect(run.read(name)).toContain('<html');
  });

  test('is 1 when a claim was violated', async () => {
    const run = fabricated({ 'consuming/dispatch.spec.ts': good, 'prefetch/dispatch.spec.ts': violated });
    expect((await run.start()).exitCode).toBe(1);
  });

  test('is 3 when something could not run, as after the death of a worker', async () => {
    const run = fabricated({
      'consuming/dispatch.spec.ts': good,
      'prefetch/dispatch.spec.ts': violated,
      'queues/dispatch.spec.ts': `fabricate('queues/dies', { before: () => process.kill(process.pid, 'SIGKILL') });`,
    });
    const { exitCode } = await run.start();
    const results = readResults(run.report('results.json'));
    expect(results.claims.find(({ id }) => id === 'queues/dies')).toMatchObject({ verdict: 'could not run' });
    expect(results.problems).toEqual([]);
    expect(exitCode).toBe(3);
  });

  test('is 2 when an error escaped from every spec, or a test is no claim', async () => {
    const run = fabricated({
      'consuming/dispatch.spec.ts': `${good}
import { test } from 'vitest';
test('no claim', () => new Promise((end) => setImmediate(() => { setImmediate(end); throw new Error('escaped'); })));`,
    });
    const { exitCode } = await run.start();
    expect(readResults(run.report('results.json')).problems).toEqual([
      expect.stringContaining('"no claim" is a test but no claim'),
      expect.stringContaining('escaped'),
    ]);
    expect(exitCode).toBe(2);
  });

  test('is 2 when a name matches no claim, and counts only the claims that were asked for', async () => {
    const run = fabricated({ 'consuming/dispatch.spec.ts': good, 'prefetch/dispatch.spec.ts': violated });
    const none = await run.start(['-t', 'nothing-like-that']);
    expect(none.all).toContain('No claim was run.');
    expect(none.exitCode).toBe(2);
    const one = await run.start(['-t', 'consuming/holds']);
    expect(readResults(run.report('results.json')).claims.map(({ id }) => id)).toEqual(['consuming/holds']);
    expect(one.exitCode).toBe(0);
  });
});

test('a file of the step that can not be written is told, and fails nothing', async () => {
  const run = fabricated({ 'consuming/dispatch.spec.ts': good });
  mkdirSync(run.stepSummary);
  const { exitCode, all } = await run.start();
  expect(all).toMatch(/step-summary\.md, of GITHUB_STEP_SUMMARY, can't be written: /);
  expect(exitCode).toBe(0);
});

test('what has ended is reported when the process is interrupted', async () => {
  const run = fabricated({
    'consuming/dispatch.spec.ts': good,
    'queues/dispatch.spec.ts': `
fabricate('queues/first', { verdict: 'holds' });
fabricate('queues/endless', { before: () => new Promise(() => {}), options: { timeout: 60_000 } });
${Array.from({ length: 8 }, (_value, index) => `fabricate('queues/later-${index}', { before: () => new Promise(() => {}), options: { timeout: 60_000 } });`).join('\n')}`,
  });
  const process = run.start();
  await expect.poll(() => run.allureResults().length, { timeout: 20_000 }).toBe(6);
  process.kill('SIGINT');
  const { exitCode } = await process;
  const results = readResults(run.report('results.json'));
  expect(results.interrupted).toBe(true);
  expect(results.counts).toMatchObject({ proven: 1, holds: 2, 'could not run': 5 });
  expect(results.notRun).toBe(4);
  expect(exitCode).toBe(130);
  expect(run.read('summary.md')).toContain('**Interrupted:** 4 were not run.');
  expect(run.read('badge.svg')).toContain('5 could not run');
  expect(readFileSync(run.stepSummary, 'utf8')).toContain('**Interrupted:**');
});
