import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import type { PageData } from '../page/page-data.ts';
import { resultOf, type Trial } from '../verdict/trial.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

function about(mutant: string): string {
  return `{ says: 'It is said.', documented: [docs('queues')], refutedBy: [mutants.${mutant}], queueTypes: 'unvaried' }`;
}
const project = new ProjectCopy({
  'gate/gate.spec.ts': `
    import { claim, docs, expect, mutants } from '#support';
    claim('gate/sound', ${about('bodiesCorrupted')}, async ({ queue, consumer, producer }) => {
      const hello = await queue();
      await (await producer()).sendToQueue(hello, 'Hello World!');
      await expect(await consumer(hello)).toReceive(['Hello World!']);
    });
    claim('gate/vacuous', ${about('bodiesCorrupted')}, async () => {});
    claim('gate/dies-in-set-up', ${about('bodiesCorrupted')}, async () => {
      throw new Error('It dies in its set-up.');
    });
    claim('gate/never-fires', ${about('prefetchIgnored')}, async ({ queue, consumer, producer }) => {
      const hello = await queue();
      await (await producer()).sendToQueue(hello, 'It asks for no prefetch.');
      await expect(await consumer(hello)).toReceive(['It asks for no prefetch.']);
    });
    claim('gate/asserts-too-much', ${about('bodiesCorrupted')}, async ({ queue, consumer, producer }) => {
      const hello = await queue();
      await (await producer()).sendToQueue(hello, { body: 'Hello World!', persistent: true });
      await expect(await consumer(hello)).toReceive([{ body: 'Hello World!', properties: { deliveryMode: 2 } }]);
    });
    claim('gate/stands-on-turns', ${about('bodiesCorrupted')}, async ({ queue, consumer, producer }) => {
      const tasks = await queue();
      const [one, other] = [await consumer(tasks, { noAck: true }), await consumer(tasks, { noAck: true })];
      await (await producer()).sendToQueue(tasks, ['1', '2']);
      await expect(one).toReceive(['1']);
      await expect(other).toReceive(['2']);
    });`,
});
let environment: Record<string, string>;

beforeAll(async () => {
  const { amqp, username, password, managementUrl = '' } = (await sharedBroker()).description;
  environment = {
    AMQP_URL: `amqp://${username}:${password}@${amqp.host}:${amqp.port}`,
    MANAGEMENT_URL: managementUrl,
  };
});
afterAll(() => project.remove());

/** What the last run noted of each claim: results by the names of the mutants. */
function noted(): Record<string, Record<string, string>> {
  const { brokers } = JSON.parse(readFileSync(project.report('proof.json'), 'utf8')) as {
    brokers: Record<string, Record<string, { trials: { mutant: string; result: string }[] }>>;
  };
  const [claims = {}] = Object.values(brokers);
  return Object.fromEntries(
    Object.entries(claims).map(([id, { trials }]) => [
      id,
      Object.fromEntries(trials.map(({ mutant, result }) => [mutant, result])),
    ]),
  );
}

/** What the page was made with that the last run left. */
function reported(): PageData {
  const html = readFileSync(project.report('index.html'), 'utf8');
  const [, json = ''] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html) ?? [];
  return JSON.parse(json) as PageData;
}

test('the part of the eccentric broker is named on which a spec stands', async () => {
  const { exitCode, all } = await project.command(['prove', 'gate/stands-on-turns'], environment);
  expect(exitCode).toBe(1);
  const { eccentric, identity, ...others } = noted()['gate/stands-on-turns'] ?? {};
  expect({ identity, eccentric }).toEqual({ identity: 'held', eccentric: 'broken' });
  const broken = Object.entries(others).filter(([, result]) => result === 'broken');
  expect(broken).toEqual([['served-in-bursts', 'broken']]);
  expect(Object.values(others).filter((result) => result === 'held')).toHaveLength(11);
  expect(all).toContain(
    'gate/stands-on-turns broken: a broker that gives what it has to the consumer that came first',
  );
});

test('the gate tells sound specs from those that prove nothing', async () => {
  const { exitCode } = await project.command(['prove'], environment);
  // One can't be run on the broker as it is
  expect(exitCode).toBe(3);
  const green = { identity: 'held', eccentric: 'held' };
  const red = { 'black-hole': 'red', 'accept-everything': 'red' };
  const { 'gate/stands-on-turns': _, ...others } = noted();
  expect(others).toEqual({
    'gate/sound': { ...green, ...red, 'bodies-corrupted': 'killed' },
    'gate/vacuous': {
      ...green,
      'black-hole': 'vacuous',
      'accept-everything': 'vacuous',
      'bodies-corrupted': 'never fired',
    },
    'gate/dies-in-set-up': { ...red, identity: 'broken', eccentric: 'broken', 'bodies-corrupted': 'void' },
    'gate/never-fires': { ...green, ...red, 'prefetch-ignored': 'never fired' },
    'gate/asserts-too-much': { ...green, ...red, 'bodies-corrupted': 'killed' },
  });
  const { matrix, badTrials = [] } = reported();
  expect(
    Object.fromEntries(matrix.rows.map(({ id, cells }) => [id, Object.values(cells)[0]?.verdict])),
  ).toEqual({
    'gate/sound': 'proven',
    'gate/vacuous': 'holds',
    'gate/dies-in-set-up': 'could not run',
    'gate/never-fires': 'holds',
    'gate/asserts-too-much': 'proven',
    'gate/stands-on-turns': 'holds',
  });
  expect(badTrials.map(({ claim, mutant, result }) => `${claim} ${mutant}: ${result}`)).toContain(
    'gate/never-fires prefetch-ignored: never fired',
  );
}, 120_000);

test('crossed with all mutants, a spec may die of those that break what others have to stand on', async () => {
  const { exitCode, stdout } = await project.command(['prove', 'gate/sound', '--all'], environment);
  expect(exitCode).toBe(0);
  const results = noted()['gate/sound'];
  expect(results).toMatchObject({
    'bodies-corrupted': 'killed',
    'deliveries-duplicated': 'explained',
    'transient-messages-kept': 'indifferent',
  });
  const [, listed = ''] = stdout.split('Killed by mutants that they do not declare, for a reason:\n');
  expect(listed).toMatch(/^ {2}.*\. .*deliveries-duplicated.*: 1 claim/m);
  expect(stdout).not.toContain('Unexplained coupling');
  // No crossing where the mutant finds nothing to do
  expect(results).not.toHaveProperty('prefetch-ignored');
  expect(stdout).toMatch(/^\d+ crossings were left out: the mutant finds nothing to do in the spec\.$/m);
}, 120_000);

test('crossed with all mutants, a spec that asserts more than its claim says is coupled', async () => {
  const { exitCode, stdout } = await project.command(
    ['prove', 'gate/asserts-too-much', '--all'],
    environment,
  );
  expect(exitCode).toBe(1);
  expect(noted()['gate/asserts-too-much']).toMatchObject({ 'persistence-forgotten': 'coupled' });
  const [, listed = ''] = stdout.split('Unexplained coupling:\n');
  expect(listed).toMatch(/^ {2}gate\/asserts-too-much: .* \(persistence-forgotten\)\n\d/);
}, 120_000);

test('a spec that another mutant kills is coupled, and only by an assertion of its own', () => {
  const tried = (kind: Trial['kind'], widely?: string): Trial => ({
    kind,
    mutant: { name: 'wrong', says: 'is wrong', ...(widely === undefined ? {} : { widely }) },
  });
  expect(resultOf(tried('cross'), 'violated', 1)).toBe('coupled');
  expect(resultOf(tried('cross', 'Specs stand on it.'), 'violated', 1)).toBe('explained');
  expect(resultOf(tried('cross'), 'violated', 0)).toBe('indifferent');
  expect(resultOf(tried('cross'), 'could not run', 1)).toBe('indifferent');
  expect(resultOf(tried('refutation', 'Specs stand on it.'), 'holds', 1)).toBe('survived');
  expect(resultOf(tried('refutation'), 'not testable', 0)).toBe('not tried');
});
