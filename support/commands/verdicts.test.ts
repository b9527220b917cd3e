import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Broker } from '../broker/broker.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { factsOf, resultOf } from '../report/fabricated-results.test-support.ts';
import { readResults, type Results, resultsOf, writeResults } from '../report/results.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const specs = `
import { once } from 'node:events';
import net from 'node:net';
import { claim, docs, expect, premise } from '#support';
const about = { says: 'It is said.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried' };

claim('verdicts/holds', about, async ({ queue, producer, consumer }) => {
  const tasks = await queue({ type: 'classic' });
  const worker = await consumer(tasks);
  await (await producer()).sendToQueue(tasks, 'one');
  await expect(worker).toReceive(['one']);
});
claim('verdicts/matcher', about, async ({ queue, producer, consumer }) => {
  const tasks = await queue({ type: 'classic' });
  const worker = await consumer(tasks, { name: 'worker' });
  await (await producer()).sendToQueue(tasks, 'one');
  await expect(worker).toReceive(['two']);
});
claim('verdicts/assertion', about, async () => {
  expect(1 + 1).toBe(3);
});
claim('verdicts/soft', about, async () => {
  expect.soft('first').toBe('1');
  expect.soft('second').toBe('2');
  expect('third').toBe('3');
});
claim('verdicts/soft-alone', about, async () => {
  expect.soft('first').toBe('1');
  expect.soft('second').toBe('2');
});
claim('verdicts/exception', about, async () => {
  throw new TypeError('the spec itself is wrong');
});
claim('verdicts/exception-after-soft', about, async () => {
  expect.soft('first').toBe('1');
  throw new TypeError('the spec itself is wrong');
});
claim('verdicts/unexpected-refusal', about, async ({ client }) => {
  const channel = await (await client()).channel();
  await channel.declareQueuePassively('no-such-queue');
});
claim('verdicts/connection-gone', about, async ({ queue, consumer, openChannel }) => {
  const [tasks, channel] = [await queue({ type: 'classic' }), await openChannel()];
  const twice = () => consumer(tasks, { on: channel, consumerTag: 'twice' });
  await twice();
  await twice().catch(() => {});
  await openChannel();
});
claim('verdicts/no-error-at-all', about, async () => {
  throw undefined;
});
claim('verdicts/premise', about, async ({ queue }) => {
  const tasks = await queue({ type: 'classic' });
  await premise(expect(tasks).toReceive(['task'], { within: 100 }));
});
claim('verdicts/premise-of-what-is-rejected', about, async ({ queue }) => {
  const tasks = await queue({ type: 'classic' });
  const asked = premise(expect(tasks).toReceive(['task'], { within: 100 }));
  await expect(asked).rejects.toMatchObject({ name: 'ManagementError' });
});
claim('verdicts/connection-lost', about, async ({ client, broker }) => {
  const sockets = [];
  const network = net.createServer((near) => {
    const far = net.connect(broker.description().amqp);
    sockets.push(near.on('error', () => far.destroy()), far.on('error', () => near.destroy()));
    near.pipe(far).pipe(near);
  });
  await once(network.listen(0, '127.0.0.1'), 'listening');
  const connection = await client({ name: 'unlucky', ...network.address(), host: '127.0.0.1' });
  for (const socket of sockets) socket.resetAndDestroy();
  await once(connection, 'change');
  network.close();
  expect(1 + 1).toBe(3);
});
claim('verdicts/too-slow', { ...about, within: 300 }, () => new Promise(() => {}));
claim('verdicts/not-testable', { ...about, needs: ['ctl'] }, async () => {
  throw new Error('it was not to run');
});
claim('verdicts/not-applicable', { ...about, appliesTo: { anotherbroker: '>=1' } }, async () => {
  throw new Error('it was not to run');
});
claim('verdicts/deviates', about, async () => {
  expect('last in, first out').toBe('first in, first out');
});
claim('verdicts/declared-in-vain', about, async () => {});`;

const deviation = { because: 'It turns queues around.', link: 'https://example.org/turned' };
const project = new ProjectCopy(
  { 'verdicts/verdicts.spec.ts': specs },
  {
    'rabbitmq.json': {
      product: 'rabbitmq',
      versions: '*',
      deviations: { 'verdicts/deviates': deviation, 'verdicts/declared-in-vain': deviation },
    },
  },
);
let broker: Broker;
let environment: Record<string, string>;
let before: string[];

beforeAll(async () => {
  broker = await sharedBroker();
  before = await madeByRuns();
  const { amqp, username, password, managementUrl = '' } = broker.description;
  environment = {
    AMQP_URL: `amqp://${username}:${password}@${amqp.host}:${amqp.port}`,
    MANAGEMENT_URL: managementUrl,
  };
});
afterEach(async () => {
  await project.nothingIsLeft();
});
afterAll(async () => {
  project.remove();
});

describe('the verdict of a spec', () => {
  let results: Results;
  let ended: Awaited<ReturnType<ProjectCopy['command']>>;

  beforeAll(async () => {
    ended = await project.command(['test'], environment);
    results = readResults(project.report('results.json'));
  });

  function result(slug: string): Pick<Results['claims'][number], 'verdict' | 'reason' | 'errors'> {
    const found = results.claims.find(({ id }) => id === `verdicts/${slug}`);
    if (found === undefined) throw new Error(`There is no result of verdicts/${slug}.`);
    return found;
  }

  test('that passes: holds', () => {
    expect(result('holds')).toMatchObject({ verdict: 'holds', errors: [] });
  });

  test('whose assertion fails: violated, with what was expected and seen', () => {
    expect(result('assertion')).toMatchObject({
      verdict: 'violated',
      reason: 'expected 2 to be 3',
      errors: [{ name: 'AssertionError', expected: '3', actual: '2' }],
    });
  });

  test('whose matcher fails: violated, with the story of what happened', () => {
    const { verdict, errors } = result('matcher');
    expect(verdict).toBe('violated');
    expect(errors[0]?.message).toMatch(
      /^worker was to receive exactly 1 message in this order: \["two"\]\nIt received 1: \["one"\]\n/,
    );
    expect(errors[0]?.message).toMatch(/worker ← basic\.deliver one \(queue \S+\)/);
  });

  test.for(['soft', 'soft-alone'])('with failed soft assertions (%s): violated, and all are kept', (slug) => {
    const { verdict, errors } = result(slug);
    expect(verdict).toBe('violated');
    const messages = [
      "expected 'first' to be '1'",
      "expected 'second' to be '2'",
      "expected 'third' to be '3'",
    ];
    const expected = slug === 'soft' ? messages : messages.slice(0, 2);
    expect(errors.map(({ message }) => message)).toEqual(
      expected.map((message) => expect.stringContaining(message) as string),
    );
  });

  test.for([
    { slug: 'exception', reason: 'the spec itself is wrong' },
    { slug: 'exception-after-soft', reason: 'the spec itself is wrong' },
    { slug: 'too-slow', reason: 'The spec did not end within the 300 ms that the harness gives it.' },
    {
      slug: 'unexpected-refusal',
      reason: "The broker closed the channel: 404 NOT_FOUND - no queue 'no-such-queue' in vhost",
    },
    { slug: 'connection-gone', reason: 'The broker closed the connection: 530 NOT_ALLOWED' },
    { slug: 'premise', reason: 'premise: ' },
    { slug: 'premise-of-what-is-rejected', reason: 'premise: ' },
    { slug: 'connection-lost', reason: 'unlucky lost its connection, which the spec did not end: ' },
    { slug: 'no-error-at-all', reason: 'The spec threw undefined.' },
  ])('that comes to no assertion (%s): could not run', ({ slug, reason }) => {
    const { verdict, reason: seen } = result(slug);
    expect(verdict).toBe('could not run');
    expect(seen).toContain(reason);
  });

  test('that needs what is not there: not testable', () => {
    expect(result('not-testable')).toMatchObject({
      verdict: 'not testable',
      reason: 'Missing: ctl (rabbitmqctl: an external broker is reached by its listeners alone)',
      errors: [],
    });
  });

  test('of a claim that speaks of others: not applicable', () => {
    expect(result('not-applicable')).toMatchObject({
      verdict: 'not applicable',
      reason: `It applies to anotherbroker, not to ${broker.description.product}.`,
      errors: [],
    });
  });

  test('that fails as the profile declares: deviates, with the reason', () => {
    expect(result('deviates')).toMatchObject({
      verdict: 'deviates',
      reason: 'It turns queues around. (https://example.org/turned)',
      errors: [{ expected: 'first in, first out', actual: 'last in, first out' }],
    });
    expect(results.broker?.profile).toBe('fixtures/profiles/rabbitmq.json');
  });

  test('that passes although the profile declares a deviation: violated', () => {
    expect(result('declared-in-vain')).toMatchObject({
      verdict: 'violated',
      reason:
        'The profile declares a deviation that does not occur: It turns queues around. (https://example.org/turned)',
    });
  });

  test('makes the exit code, and is told in the summary', () => {
    expect({ exitCode: ended.exitCode, told: results.exitCode }).toEqual({ exitCode: 3, told: 3 });
    expect(ended.all).toContain(
      'verdicts: 1 holds, 5 violated, 1 deviates, 1 not applicable, 1 not testable, 9 could not run',
    );
  });
});

describe('the exit code', () => {
  test.for([
    { claim: 'holds', code: 0 },
    { claim: 'matcher', code: 1 },
  ])('is $code for one that $claim', async ({ claim, code }) => {
    const { exitCode } = await project.command(['test', `verdicts/${claim}`], environment);
    expect({ exitCode, claims: Object.keys(project.verdicts()) }).toEqual({
      exitCode: code,
      claims: [`verdicts/${claim}`],
    });
  });

  test('is 1 when the broker has not the capabilities that its profile declares', async () => {
    const file = join(project.folder, 'fixtures/profiles/rabbitmq.json');
    const declared = readFileSync(file, 'utf8');
    const contradicted = {
      ...JSON.parse(declared),
      capabilities: { 'basic.nack': false },
      configuration: { heartbeat: 7 },
    };
    writeFileSync(file, JSON.stringify(contradicted));
    const { exitCode, all } = await project.command(['test', 'verdicts/holds'], environment);
    writeFileSync(file, declared);
    const findings = [
      'The broker announces basic.nack, and fixtures/profiles/rabbitmq.json declares that it does not have it.',
      'The broker proposes heartbeat 60, where fixtures/profiles/rabbitmq.json expects 7.',
    ];
    const { broker: seen } = readResults(project.report('results.json'));
    expect({ exitCode, findings: seen?.findings.map(({ says }) => says) }).toEqual({ exitCode: 1, findings });
    expect(all).toContain(`Not as its profile says:\n  ${findings.join('\n  ')}`);
    expect(readFileSync(project.report('junit.xml'), 'utf8')).toContain(findings[0]);
  });

  test('is 3 for one that could not run, with plain vitest too', async () => {
    const { exitCode } = await project.vitest(['run', '-t', 'verdicts/exception:'], environment);
    expect({ exitCode, verdicts: project.verdicts() }).toEqual({
      exitCode: 3,
      verdicts: { 'verdicts/exception': 'could not run' },
    });
  });

  test('is 2 for a broken set-up, with plain vitest too', async () => {
    const { exitCode, all } = await project.vitest(['run'], { BROKER: 'none-such' });
    expect(all).toContain('Broken set-up: BROKER=none-such is not a way to get a broker.');
    expect(exitCode).toBe(2);
  });
});

test('how to run it again is told in full, and no secret in any report', async () => {
  const secret = 'no-such-secret';
  const { all } = await project.command(['test', 'verdicts/matcher'], {
    ...environment,
    RESTART_COMMAND: `restart --token ${secret}`,
  });
  const { username, password, amqp } = broker.description;
  expect(all).toContain(
    `Again: BROKER=external AMQP_URL="amqp://${username}:$AMQP_PASSWORD@${amqp.host}:${amqp.port}/%2F" MANAGEMENT_URL=${environment['MANAGEMENT_URL']} RESTART_COMMAND="$RESTART_COMMAND" pnpm test verdicts/matcher\n`,
  );
  const reports = readdirSync(project.report('.'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  expect(reports.length).toBeGreaterThan(6);
  for (const text of [all, ...reports.map((file) => readFileSync(file, 'utf8'))]) {
    expect(text).not.toContain(password);
    expect(text).not.toContain(secret);
  }
});

test('what has changed since an earlier run is told, also when it was the last one', async () => {
  const last = project.report('results.json');
  const before = resultsOf(factsOf(), [resultOf('verdicts/holds'), resultOf('verdicts/gone')]);
  mkdirSync(project.report('.'), { recursive: true });
  writeResults(last, before);

  const { all, exitCode } = await project.command(
    ['test', 'verdicts/holds', 'verdicts/assertion', '--baseline', 'reports/results.json'],
    environment,
  );

  expect(exitCode).toBe(1);
  expect(all).toMatch(
    /^Since the run on no broker that ended 2026-11-20 10:00 UTC:\n {2}proven → holds: verdicts\/holds\n {2}1 claim is new, 1 claim is gone\.$/m,
  );
  expect(readResults(last).changes).toEqual({
    baseline: { title: 'no broker', endedAt: before.endedAt },
    claims: [{ id: 'verdicts/holds', from: 'proven', to: 'holds' }],
    added: 1,
    gone: 1,
  });
  expect(readFileSync(project.report('summary.md'), 'utf8')).toContain('| verdicts/holds | proven | holds |');
}, 120_000);

/** What is there for runs: of this file, or of another that had this broker before. */
async function madeByRuns(): Promise<string[]> {
  const { managementUrl, username, password } = broker.description;
  const names = await Promise.all(
    ['vhosts', 'users'].map(async (kind) => {
      const response = await fetch(`${managementUrl}/api/${kind}`, {
        headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
      });
      return ((await response.json()) as { name: string }[]).map(({ name }) => name);
    }),
  );
  return names.flat().filter((name) => name.startsWith('brokerproof-'));
}

test('nothing that a run made on the broker is left there', async () => {
  const now = await madeByRuns();
  expect(now.filter((name) => !before.includes(name))).toEqual([]);
});
