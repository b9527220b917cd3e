import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Broker } from '../broker/broker.ts';
import { embedded } from '../broker/node/embedded.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { ManagementClient } from '../management/client.ts';
import { newRunName } from '../management/run-name.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const about = `documented: [docs('queues')], irrefutable: 'It is made up.'`;
const makesAll = `
    const tasks = await queue();
    await tasks.bindTo(await exchange('topic'), 'a');
    const channel = await openChannel();
    await channel.declareQueue('', { type: 'classic', durable: false, autoDelete: true });
    const peer = await raw();
    await peer.send('queue.declare', { queue: uniqueName('raw') , durable: true });
    await peer.expect('queue.declare-ok');
    await peer.send('exchange.declare', { exchange: uniqueName('raw'), type: 'fanout', durable: true });
    await peer.expect('exchange.declare-ok');`;
const quick = new ProjectCopy({
  'queues/made.spec.ts': `
    import { claim, docs, expect } from '#support';
    claim('queues/made', { says: 'It makes all there is.', ${about} }, async ({ queue, exchange, openChannel, raw, uniqueName }) => {
      ${makesAll}
      expect(await tasks.counts()).toEqual({ ready: 0, consumers: 0 });
    });
    claim('queues/governed', { says: 'A policy governs it.', ${about}, needs: ['policies'], queueTypes: 'unvaried' }, async ({ queue, policy }) => {
      const of = await queue({ type: 'classic' });
      await policy('queues', [of], { 'max-length': 1 });
      await (await policy('exchanges', [of, 'later'], { 'alternate-exchange': 'x' })).delete();
      console.log('It is governed.');
      if (process.env['WAIT'] === 'yes') await new Promise(() => {});
    });
    claim('queues/kept', { says: 'It can not be deleted any more.', ${about}, queueTypes: 'unvaried' }, async ({ queue }) => {
      const kept = await queue({ type: 'classic' });
      console.log('It may be deleted yet.');
      await expect(kept).toReceive(['go on']);
    });
    claim('queues/shared', { says: 'It needs more.', ${about}, needs: ['administration', 'policies'], queueTypes: 'unvaried' }, async () => {});`,
});
const endless = new ProjectCopy({
  'queues/endless.spec.ts': `
    import { claim, docs } from '#support';
    claim('queues/endless', { says: 'It never ends.', ${about}, within: 100_000 }, async ({ queue, exchange, openChannel, raw, uniqueName }) => {
      ${makesAll}
      console.log('It waits.');
      for (;;) await queue();
    });`,
});
const asked = ['queues/made', 'queues/governed', 'queues/shared'];
const guest = { username: 'guest of one', password: 's3cret' };
const virtualHost = 'shared with others';
const provider = await embedded.available();

describe.skipIf(!provider.works)('a user of one virtual host', () => {
  let broker: Broker;
  let management: ManagementClient;
  let here: ReturnType<ManagementClient['in']>;
  let environment: Record<'AMQP_URL' | 'REPORTS_FOR', string>;
  let managementUrl: string;

  beforeAll(async () => {
    broker = await sharedBroker();
    const { amqp, managementUrl: url = '', username, password } = broker.description;
    managementUrl = url;
    management = new ManagementClient({ url, username, password });
    here = management.in(virtualHost);
    await management.virtualHosts.put(virtualHost);
    await here.queues.put('of somebody else');
    const [user, secret, path] = [guest.username, guest.password, virtualHost].map(encodeURIComponent);
    environment = {
      REPORTS_FOR: 'programs',
      AMQP_URL: `amqp://${user}:${secret}@${amqp.host}:${amqp.port}/${path}`,
    };
  });
  afterEach(async () => {
    await Promise.all([quick, endless].map((project) => project.nothingIsLeft()));
  });
  afterAll(async () => {
    for (const project of [quick, endless]) project.remove();
    await management.close();
  });

  async function mayDo(tags: string[]): Promise<void> {
    await management.users.put(guest.username, { password: guest.password, tags });
    await here.permissions.put(guest.username, { configure: '.*', write: '.*', read: '.*' });
  }

  async function everything(): Promise<string[]> {
    const exchanges = (await here.exchanges.names()).filter((name) => !/^(amq\..*)?$/.test(name));
    return [...(await here.queues.names()), ...exchanges];
  }

  test('runs there as often as it likes, and leaves nothing', async () => {
    await mayDo([]);
    for (const _ of ['once', 'twice']) {
      const { exitCode, all } = await quick.command(['test', ...asked], environment);
      expect({ exitCode, all }).toEqual({ exitCode: 0, all: expect.any(String) as string });
      expect(quick.verdicts()).toEqual({
        'queues/made': 'holds',
        'queues/governed': 'not testable',
        'queues/shared': 'not testable',
      });
      expect(await everything()).toEqual(['of somebody else']);
    }
  });

  test('removes what dead runs left, where the API lists it, and is told which rights are missing', async () => {
    await mayDo(['management', 'policymaker']);
    const hoursAgo = newRunName(Date.now() - 7_200_000);
    await here.queues.put(`${hoursAgo}.queues.made.queue-1`);
    await here.exchanges.put(`${hoursAgo}.queues.made.exchange-1`, { type: 'fanout' });
    await here.policies.put(hoursAgo, { pattern: '^$', definition: { 'message-ttl': 1_000 } });
    const alive = `${newRunName()}.queues.made.queue-1`;
    await here.queues.put(alive);

    const { exitCode, all } = await quick.command(['test', ...asked], {
      ...environment,
      MANAGEMENT_URL: managementUrl,
    });
    expect({ exitCode, all }).toEqual({
      exitCode: 0,
      all: expect.stringContaining(
        'Removed from the broker: 3 things that dead runs had left there.',
      ) as string,
    });
    expect(quick.verdicts()).toMatchObject({ 'queues/governed': 'holds', 'queues/shared': 'not testable' });
    expect((await everything()).toSorted()).toEqual([alive, 'of somebody else']);
    expect(await here.policies.list()).toEqual([]);
    await here.queues.delete(alive);
  });

  test('is told by a preflight what can be tested, which leaves nothing', async () => {
    await mayDo([]);
    const { exitCode, all } = await quick.command(['preflight'], environment);
    expect({ exitCode, all }).toEqual({
      exitCode: 0,
      all: expect.stringMatching(
        /✓ deletes both\n[^]*1 {2}administration .*the tag administrator\n[^]*2 of 4 claims can be tested; 2 can not/,
      ) as string,
    });
    expect(await everything()).toEqual(['of somebody else']);
  });

  test('leaves nothing after Ctrl-C in the middle', async () => {
    await mayDo([]);
    const command = endless.command(['test'], environment);
    await endless.printed(command, /It waits\./);
    expect((await everything()).length).toBeGreaterThan(4);
    process.kill(-(command.pid ?? 0), 'SIGINT');
    expect((await command).exitCode).toBe(130);
    expect(await everything()).toEqual(['of somebody else']);
  });

  test('is told what stays when a right was withdrawn in the middle, and the exit code is 3', async () => {
    await mayDo([]);
    const command = quick.command(['test', 'queues/kept'], environment);
    await quick.printed(command, /It may be deleted yet\./);
    await here.permissions.put(guest.username, { configure: '^$', write: '.*', read: '.*' });
    const [kept = ''] = (await here.queues.names()).filter((name) => name.startsWith('brokerproof-'));
    await here.exchanges.publish('amq.default', kept, 'go on');

    const { exitCode, all } = await command;
    expect({ exitCode, all }).toEqual({ exitCode: 3, all: expect.stringMatching(stays(kept)) as string });
    expect(quick.verdicts()).toMatchObject({ 'queues/kept': 'holds' });
    expect(await everything()).toContain(kept);
    await here.queues.delete(kept);
  });

  test('leaves no policy after Ctrl-C in the middle', async () => {
    await mayDo(['management', 'policymaker']);
    const command = quick.command(['test', 'queues/governed'], {
      ...environment,
      MANAGEMENT_URL: managementUrl,
      WAIT: 'yes',
    });
    await quick.printed(command, /It is governed\./);
    expect(await here.policies.list()).toHaveLength(1);
    process.kill(-(command.pid ?? 0), 'SIGINT');
    expect((await command).exitCode).toBe(130);
    expect(await here.policies.list()).toEqual([]);
  });
});

/** What a run says of a queue that it may not delete. */
function stays(queue: string): RegExp {
  return new RegExp(String.raw`\nLeft on the broker: the queue ${queue} \(ACCESS_REFUSED - .*\)$`, 'm');
}
