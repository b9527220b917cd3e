import type { MethodName, RawConnection } from '../../wire/index.ts';
import * as library from '../library/index.ts';
import { demonstration, type Demonstration, ifItComes } from './demonstration.test-support.ts';

/** Whether the broker says this next on a channel. */
async function says(raw: RawConnection, expected: MethodName, channel = 1): Promise<boolean> {
  const on = expected.startsWith('connection.') ? {} : { channel };
  return (await ifItComes(raw.expect(expected, on))) !== undefined;
}

export const channels: readonly Demonstration[] = [
  demonstration(
    'a channel that is opened, closed and opened again, and the other one of its connection',
    async ({ raw }) => {
      const client = await raw();
      await client.send('channel.open', {}, { channel: 2 });
      await client.expect('channel.open-ok', { channel: 2 });
      await client.send('channel.close', { replyCode: 200 }, { channel: 2 });
      const closed = await says(client, 'channel.close-ok', 2);
      await client.send('channel.open', {}, { channel: 2 });
      return [closed, await says(client, 'channel.open-ok', 2)];
    },
    [true, true],
    [library.channelNumbersSpent, [true, false]],
    [library.channelsTakeTheirConnection, [false, false]],
  ),
  demonstration(
    'a channel that is opened twice',
    async ({ raw }) => {
      const client = await raw();
      await client.send('channel.open');
      return await says(client, 'connection.close');
    },
    true,
    [library.secondOpenAnswered, false],
  ),
  demonstration(
    'the next that a channel hears of an error of its connection',
    async ({ raw }) => {
      const client = await raw();
      await client.send('channel.open');
      return await says(client, 'channel.close');
    },
    false,
    [library.connectionErrorsBlamedOnChannels, true],
  ),
  demonstration(
    'a channel that is used without being opened',
    async ({ raw }) => {
      const client = await raw();
      await client.send('basic.qos', {}, { channel: 7 });
      return await says(client, 'basic.qos-ok', 7);
    },
    false,
    [library.channelsOpenedByUse, true],
  ),
  demonstration(
    'a queue that is declared without an answer',
    async ({ raw, name }) => {
      const client = await raw();
      await client.send('queue.declare', { queue: name(), durable: true, noWait: true });
      await client.send('basic.qos');
      const unanswered = await says(client, 'basic.qos-ok');
      if (!unanswered) await client.expect('basic.qos-ok');
      await client.send('queue.declare', { queue: name(), passive: true });
      return [unanswered, await says(client, 'queue.declare-ok')];
    },
    [true, true],
    [library.nowaitAnswered, [false, true]],
    [library.nowaitNotCarriedOut, [true, false]],
  ),
  demonstration(
    'a client that asks for deliveries, and then for none',
    async ({ raw }) => {
      const client = await raw();
      await client.send('channel.flow', { active: true });
      const { active } = (await client.expect('channel.flow-ok')).arguments;
      await client.send('channel.flow', { active: false });
      return [active, await says(client, 'channel.flow-ok')];
    },
    [true, false],
    [library.flowAnsweredWithPause, [false, false]],
    [library.flowPausedByClients, [true, true]],
  ),
  demonstration(
    'how often a channel hears that a queue is purged',
    async ({ raw, name }) => {
      const client = await raw();
      await client.send('queue.declare', { queue: name(), exclusive: true });
      await client.expect('queue.declare-ok');
      await client.send('queue.purge', { queue: name() });
      await client.expect('queue.purge-ok');
      await client.send('basic.qos');
      return await says(client, 'basic.qos-ok');
    },
    true,
    [library.purgesAnsweredTwice, false],
  ),
  demonstration(
    'how often a client hears that its channel, and then its connection, is closed',
    async ({ raw, name }) => {
      const client = await raw();
      await client.send('queue.declare', { queue: name('missing'), passive: true });
      await client.expect('channel.close');
      await client.send('channel.close-ok');
      await client.send('channel.open');
      const reopened = await says(client, 'channel.open-ok');
      if (!reopened) return [false];
      await client.send('channel.open');
      await client.expect('connection.close');
      await client.send('connection.close-ok');
      client.end();
      await client.expectEnd();
      return [true, client.unread.length];
    },
    [true, 0],
    [library.channelErrorsSaidTwice, [false]],
    [library.connectionErrorsSaidTwice, [true, 1]],
  ),
  demonstration(
    'how often a connection that a client closes hears of it',
    async ({ raw }) => {
      const client = await raw();
      await client.send('connection.close', { replyCode: 200 });
      await client.expect('connection.close-ok');
      client.end();
      await client.expectEnd();
      return client.unread.length;
    },
    0,
    [library.closesAnsweredTwice, 1],
  ),
  demonstration(
    'access.request',
    async ({ raw }) => {
      const client = await raw();
      await client.send('access.request', { realm: '/data' });
      return await says(client, 'access.request-ok');
    },
    true,
    [library.accessRequestsRefused, false],
  ),
];
