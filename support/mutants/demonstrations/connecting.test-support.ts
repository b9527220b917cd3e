import pWaitFor from 'p-wait-for';
import { z } from 'zod';
import { plain } from '../../wire/index.ts';
import * as library from '../library/index.ts';
import {
  confirmed,
  consume,
  delivered,
  ifItComes,
  refusal,
  send,
  demonstration,
} from './demonstration.test-support.ts';

export const connecting = [
  demonstration(
    'a wrong password, and a virtual host that is not there',
    async ({ client, name }) => [
      await client({ password: 'wrong' }).then(
        () => 'let in',
        () => 'refused',
      ),
      await client({ vhost: name('nowhere') }).then(
        () => 'let in',
        () => 'refused',
      ),
    ],
    ['refused', 'refused'],
    [library.accessChecksPassedBy, ['let in', 'refused']],
    [library.virtualHostsTakenForOne, ['refused', 'let in']],
    [library.acceptEverything, ['let in', 'let in']],
  ),
  demonstration(
    'why a wrong password is refused',
    async ({ client }) =>
      await client({ password: 'wrong' }).then(
        () => 'let in',
        (error: Error) => (error.message.includes('403') ? 'told' : 'not told'),
      ),
    'told',
    [library.refusedLoginsUntold, 'not told'],
    [library.connectionLimitsIgnored(1), 'let in'],
  ),
  demonstration(
    'what a broker tells of itself',
    async ({ client }) => {
      const { connection } = (await client()) as unknown as {
        connection: { serverProperties: { product?: string }; channelMax: number };
      };
      return connection.serverProperties.product;
    },
    'RabbitMQ',
    [library.serverPropertiesLost, undefined],
  ),
  demonstration(
    'what a broker offers',
    async ({ raw }) => {
      const { said } = await raw({ until: 'connection.start' });
      const { mechanisms = '', locales = '', serverProperties = [] } = said.start ?? {};
      const { capabilities } = plain(serverProperties) as { capabilities?: Record<string, unknown> };
      return [
        mechanisms.toString().split(' ').includes('PLAIN'),
        locales.toString(),
        capabilities?.['basic.nack'],
      ];
    },
    [true, 'en_US', true],
    [library.mechanismsLost, [false, 'en_US', true]],
    [library.localesLost, [true, '', true]],
    [library.capabilityDenied('basic.nack'), [true, 'en_US', false]],
  ),
  demonstration(
    'how many channels can be opened of two',
    async ({ raw }) => {
      const client = await raw({ tuneOk: { channelMax: 2 } });
      for (const channel of [2, 3]) {
        await client.send('channel.open', {}, { channel });
        if ((await ifItComes(client.expect('channel.open-ok', { channel }))) === undefined)
          return channel - 1;
      }
      return 3;
    },
    2,
    [library.agreedChannelMaxForgotten, 3],
    [library.agreedChannelMaxOneLess, 1],
  ),
  demonstration(
    'a second virtual host on a connection',
    async ({ raw, virtualHost }) => {
      const client = await raw();
      await client.send('connection.open', { virtualHost });
      return (await ifItComes(client.expect('connection.open-ok'))) !== undefined;
    },
    false,
    [library.virtualHostOpenedTwice, true],
  ),
  demonstration(
    'a largest frame of 1024 octets',
    async ({ raw, virtualHost }) => {
      const client = await raw({ until: 'connection.tune-ok', tuneOk: { frameMax: 1024 } });
      await client.send('connection.open', { virtualHost });
      return (await ifItComes(client.expect('connection.open-ok'))) !== undefined;
    },
    false,
    [library.limitsNotChecked, true],
  ),
  demonstration(
    'a connection that is closed, and what is said afterwards',
    async ({ raw, name }) => {
      const [client, other, queue] = [await raw(), await raw(), name()];
      await other.send('queue.declare', { queue, durable: true });
      await other.expect('queue.declare-ok');
      await client.together(() => [
        client.send('connection.close', { replyCode: 200 }),
        client.send('queue.delete', { queue }),
      ]);
      const answered = (await ifItComes(client.expect('connection.close-ok'))) !== undefined;
      await other.send('queue.declare', { queue, passive: true });
      return [answered, (await ifItComes(other.expect('queue.declare-ok'))) !== undefined];
    },
    [true, true],
    [library.closesAnsweredWithAnError, [false, true]],
    [library.carriedOutAfterClose, [true, false]],
  ),
  demonstration(
    'what a broker proposes',
    async ({ client }) => {
      const { connection } = (await client({ channelMax: 0 })) as unknown as {
        connection: { channelMax: number };
      };
      return connection.channelMax;
    },
    2047,
    [library.tuneProposalOff, 2046],
  ),
  demonstration(
    'a message from end to end',
    async ({ channel, name }) => {
      const one = await channel();
      const { queue } = await one.assertQueue(name());
      await send(one, queue, '1');
      const { got } = await consume(one, queue);
      await delivered(one, queue);
      const { consumerCount } = await one.checkQueue(queue);
      return [got.length, consumerCount, await refusal(one.checkQueue(name('missing')))];
    },
    [1, 1, { code: 404, method: [50, 10] }],
    [library.acceptEverything, [0, 0, 'not refused']],
  ),
];

export const managing = [
  demonstration(
    'what the management API counts',
    async ({ confirmChannel, name, management, virtualHost }) => {
      const one = await confirmChannel();
      const { queue } = await one.assertQueue(name());
      const counted = async () => (await management.in(virtualHost).queues.counters(queue)).ready;
      const before = await counted();
      await confirmed(one, queue, '1', '2');
      return [before, await counted()];
    },
    [0, 2],
    [library.queueCounterStuck('messages_ready'), [0, 0]],
    [library.queueCounterWrong('messages_ready'), [1, 3]],
    [library.managementFieldStuck('queues', 'messages_ready'), [0, 0]],
    [library.managementFieldMissing('queues', 'messages_ready'), [undefined, undefined]],
  ),
  demonstration(
    'consumers that the management API counts',
    async ({ channel, name, management, virtualHost }) => {
      const one = await channel();
      const { queue } = await one.assertQueue(name());
      const { tag } = await consume(one, queue);
      const before = await becoming(1);
      await one.cancel(tag);
      return [before, await becoming(0)];

      /** The API tells what it has sampled. */
      async function becoming(wanted: number): Promise<unknown> {
        let told: unknown;
        const isTold = async () => {
          told = (await management.in(virtualHost).queues.get(queue)).consumers;
          return told === wanted;
        };
        await pWaitFor(isTold, { interval: 50, timeout: { milliseconds: 8_000, fallback: () => {} } });
        return told;
      }
    },
    [1, 0],
    [library.goneConsumersCounted, [1, 1]],
  ),
  demonstration(
    'an exclusive queue that the management API is asked to delete',
    async ({ channel, name, management, virtualHost }) => {
      const { queue } = await (await channel()).assertQueue(name(), { exclusive: true, durable: false });
      return await management
        .in(virtualHost)
        .queues.delete(queue)
        .then(
          () => 'deleted',
          () => 'refused',
        );
    },
    'refused',
    [library.managementDeletionsUnchecked, 'deleted'],
  ),
  demonstration(
    'a limit of a virtual host',
    async ({ management, name }) => {
      const virtualHost = name('limited');
      await management.http.put(`/vhosts/${virtualHost}`);
      const { limits } = management.in(virtualHost);
      await limits.put('max-queues', 9);
      const told = await limits.get();
      await management.http.delete(`/vhosts/${virtualHost}`);
      return told;
    },
    { 'max-queues': 9 },
    [library.virtualHostLimitOff('max-queues', 1), { 'max-queues': 10 }],
  ),
  demonstration(
    'a setting of a parameter',
    async ({ management: { http }, name }) => {
      // Of its own, as others have theirs meanwhile
      const virtualHost = name('limited');
      await http.put(`/vhosts/${virtualHost}`);
      const at = `/parameters/vhost-limits/${virtualHost}/limits`;
      await http.put(at, { value: { 'max-queues': 9_998, 'max-connections': 9_998 } });
      const { value } = await http.get(at, z.looseObject({ value: z.unknown() }));
      await http.delete(`/vhosts/${virtualHost}`);
      return value;
    },
    { 'max-connections': 9_998, 'max-queues': 9_998 },
    [
      library.parameterSettingAssumed('vhost-limits', 'max-queues', 9_999),
      { 'max-connections': 9_998, 'max-queues': 9_999 },
    ],
  ),
  demonstration(
    'what the management API is asked to do',
    async ({ channel, listed, name, management, virtualHost }) => {
      const one = await channel();
      const { policies, queues } = management.in(virtualHost);
      const [purged, deleted] = [await one.assertQueue(name()), await one.assertQueue(name('deleted'))];
      await send(one, purged.queue, '1');
      await queues.purge(purged.queue);
      await queues.delete(deleted.queue);
      const policy = { pattern: name('of-no-queue'), definition: { expires: 1_000 } };
      await policies.put(name('policy'), policy);
      await policies.put(name('brief'), policy);
      await policies.delete(name('brief')).catch(() => {});
      return [
        (await one.checkQueue(purged.queue)).messageCount,
        (await listed(queues.names)).includes(deleted.queue),
        (await policies.list()).some((each) => each.name === name('policy')),
        (await policies.list()).some((each) => each.name === name('brief')),
      ];
    },
    [0, false, true, false],
    [library.managementPurgesIgnored, [1, false, true, false]],
    [library.managementDeletionsIgnored, [0, true, true, false]],
    [library.policiesIgnored, [0, false, false, false]],
    [library.policyDeletionsIgnored, [0, false, true, true]],
  ),
  demonstration(
    'an exclusive queue that is declared as durable',
    async ({ channel, name, management, virtualHost }) => {
      const { queue } = await (await channel()).assertQueue(name(), { exclusive: true, durable: true });
      return (await management.in(virtualHost).queues.get(queue)).durable;
    },
    false,
    [library.exclusiveQueuesShownDurable, true],
  ),
  demonstration(
    'the types of exchanges',
    async ({ management }) =>
      (await management.overview()).exchange_types?.some((type) => type.name === 'pyramid'),
    false,
    [library.exchangeTypesUnmarked, true],
  ),
  demonstration(
    'a virtual host with a limit',
    async ({ name, management }) => {
      const domain = name('domain');
      await management.virtualHosts.put(domain);
      const { limits } = management.in(domain);
      await limits.put('max-queues', 5);
      const set = await limits.get();
      await management.virtualHosts.delete(domain);
      return set;
    },
    { 'max-queues': 5 },
    [library.virtualHostLimitsIgnored, {}],
  ),
  demonstration(
    'what the management API lists',
    async ({ channel, name, management, virtualHost }) => {
      const one = await channel();
      const { exchange } = await one.assertExchange(name('logs'), 'fanout');
      const exchanges = await management.in(virtualHost).exchanges.list();
      return exchanges.some((each) => each.name === exchange);
    },
    true,
    [library.managementEntryMissing('exchanges'), false],
  ),
];
