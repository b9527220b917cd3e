import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Broker } from '../broker/broker.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { readResults, type Results } from '../report/results.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const specs = `
import { claim, docs, expect, notQuorum } from '#support';
const about = { says: 'It is said.', documented: [docs('queues')], irrefutable: 'It is made up.' };
const classicAlone = async ({ queue, queueType }) => {
  await queue();
  expect(queueType).toBe('classic');
};
claim('types/both', about, async ({ queue, producer }) => {
  const tasks = await queue();
  await (await producer()).sendToQueue(tasks, 'one');
  await expect(tasks).toReceive(['one']);
});
claim('types/differs', about, classicAlone);
claim('types/deviates', about, classicAlone);
claim('types/except', { ...about, queueTypes: { quorum: notQuorum.exclusive } }, classicAlone);
claim('types/unvaried', { ...about, queueTypes: 'unvaried' }, async ({ queue }) => {
  await queue({ type: 'quorum' });
});
claim('types/forgotten', about, async () => {});
claim('types/hidden', { ...about, queueTypes: 'unvaried' }, async ({ queue }) => {
  await queue();
});
`;

const deviation = {
  because: 'It is another type.',
  link: 'https://example.org/type',
  queueTypes: ['quorum'],
};
function profile(more: object) {
  return {
    'rabbitmq.json': {
      product: 'rabbitmq',
      versions: '*',
      deviations: { 'types/deviates': deviation },
      ...more,
    },
  };
}
const typed = new ProjectCopy(
  { 'types/types.spec.ts': specs },
  profile({ capabilities: { queue_types: true, quorum_queues: true } }),
);
/** As if it were a broker that knows no types. */
const untyped = new ProjectCopy({ 'types/types.spec.ts': specs }, profile({}));
let broker: Broker;
let environment: Record<string, string>;

beforeAll(async () => {
  broker = await sharedBroker();
  const { amqp, username, password, managementUrl = '' } = broker.description;
  environment = {
    AMQP_URL: `amqp://${username}:${password}@${amqp.host}:${amqp.port}`,
    MANAGEMENT_URL: managementUrl,
  };
});
afterEach(async () => {
  for (const project of [typed, untyped]) await project.nothingIsLeft();
});
afterAll(async () => {
  typed.remove();
  untyped.remove();
});

/** The verdict of each claim, and with each queue type. */
function verdictsIn({ claims }: Results): Record<string, unknown> {
  return Object.fromEntries(
    claims.map(({ id, verdict, outcomes }) => [
      id.replace('types/', ''),
      [verdict, ...outcomes.map((outcome) => `${outcome.queueType}: ${outcome.verdict}`)],
    ]),
  );
}

describe('a claim about queues', () => {
  test('has an outcome with each type of queues that it is about, and the worst of them', async () => {
    const { exitCode, stdout } = await typed.command(['test'], environment);

    expect(verdictsIn(readResults(typed.report('results.json')))).toEqual({
      both: ['holds', 'classic: holds', 'quorum: holds'],
      differs: ['violated', 'classic: holds', 'quorum: violated'],
      deviates: ['deviates', 'classic: holds', 'quorum: deviates'],
      except: ['holds', 'classic: holds'],
      unvaried: ['holds'],
      forgotten: ['could not run', 'classic: could not run', 'quorum: could not run'],
      hidden: ['could not run'],
    });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('✗ types/differs (quorum) violated');
    expect(stdout).toContain('pnpm test types/differs --queue-type quorum');
    expect(stdout).toContain('7 claims in ');
    const junit = readFileSync(typed.report('junit.xml'), 'utf8');
    expect(junit.match(/<testcase name="types\/differs \((?:classic|quorum)\): It is said."/g)).toHaveLength(
      2,
    );
  });

  test('is tried with one type alone where that is asked for', async () => {
    const { exitCode } = await typed.command(['test', 'types', '--queue-type', 'classic'], environment);

    const verdicts = verdictsIn(readResults(typed.report('results.json')));
    expect(verdicts).toMatchObject({
      differs: ['holds', 'classic: holds'],
      except: ['holds', 'classic: holds'],
    });
    expect(Object.keys(verdicts)).not.toContain('unvaried');
    // One forgot to declare a queue
    expect(exitCode).toBe(3);
  });

  test('has one outcome on a broker without queue types', async () => {
    await untyped.command(['test'], environment);

    expect(verdictsIn(readResults(untyped.report('results.json')))).toMatchObject({
      both: ['holds'],
      differs: ['holds'],
      except: ['holds'],
      unvaried: ['holds'],
    });
  });

  test('has no type that is unknown', async () => {
    const { exitCode, stderr } = await typed.command(['test', '--queue-type', 'quorom'], environment);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'There is no queue type "quorom".\nWrite one of classic, quorum, stream.',
    });
  });
});
