import { once } from 'node:events';

import { AMQPClient } from '@cloudamqp/amqp-client';
import { connect as connectAmqplib } from 'amqplib';
import { beforeAll, expect, test } from 'vitest';

import type { Broker } from '../broker/broker.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { type Command, CommandAssembler } from './command.ts';
import { type Frame, FrameDecoder } from './frame.ts';
import type { MethodName } from './methods.ts';
import { reencode } from './reencode.test-support.ts';
import { Tap } from './tap.test-support.ts';

let broker: Broker;

beforeAll(async () => {
  broker = await sharedBroker();
});

/** Lets a client talk to the broker, and gives all that it and the broker said. */
async function recorded(
  talk: (url: string) => Promise<void>,
): Promise<{ frames: Frame[]; commands: Command[] }> {
  const { amqp, username, password, virtualHost } = broker.description;
  const tap = await Tap.before(amqp);
  const credentials = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
  await talk(`amqp://${credentials}@127.0.0.1:${tap.port}/${encodeURIComponent(virtualHost)}`);
  await tap.close();
  const frames: Frame[] = [];
  const commands: Command[] = [];
  for (const { fromClient, fromServer } of tap.recordings) {
    for (const chunks of [fromClient, fromServer]) {
      const decoder = new FrameDecoder();
      const assembler = new CommandAssembler();
      for (const frame of chunks.flatMap((chunk) => [...decoder.push(chunk)])) {
        frames.push(frame);
        const command = belongsToCommand(frame) ? assembler.push(frame) : undefined;
        if (command !== undefined) commands.push(command);
      }
      decoder.finish();
    }
  }
  return { frames, commands };
}

function belongsToCommand({ type }: Frame): boolean {
  return type !== 'heartbeat' && type !== 'protocol-header';
}

/** The octets of frames that are not the same after decoding and encoding. */
function inexact(frames: readonly Frame[]): string[] {
  return frames
    .filter((frame) => !reencode(frame).bytes.equals(frame.bytes))
    .map(({ bytes }) => bytes.toString('hex'));
}

/** Those of the methods that were not said. */
function missing(commands: readonly Command[], names: readonly MethodName[]): MethodName[] {
  const said = new Set<MethodName>(commands.map(({ name }) => name));
  return names.filter((name) => !said.has(name));
}

/** What every client says to every broker. */
const common: MethodName[] = [
  'connection.start',
  'connection.start-ok',
  'connection.tune',
  'connection.tune-ok',
  'connection.open',
  'connection.open-ok',
  'channel.open',
  'channel.open-ok',
  'exchange.declare',
  'exchange.declare-ok',
  'exchange.bind',
  'exchange.bind-ok',
  'exchange.unbind',
  'exchange.unbind-ok',
  'exchange.delete',
  'exchange.delete-ok',
  'queue.declare',
  'queue.declare-ok',
  'queue.bind',
  'queue.bind-ok',
  'queue.unbind',
  'queue.unbind-ok',
  'queue.purge',
  'queue.purge-ok',
  'queue.delete',
  'queue.delete-ok',
  'basic.qos',
  'basic.qos-ok',
  'basic.publish',
  'basic.return',
  'basic.get',
  'basic.get-ok',
  'basic.get-empty',
  'basic.consume',
  'basic.consume-ok',
  'basic.deliver',
  'basic.ack',
  'basic.nack',
  'basic.reject',
  'basic.cancel',
  'basic.cancel-ok',
  'basic.recover',
  'basic.recover-ok',
  'confirm.select',
  'confirm.select-ok',
  'channel.close',
  'channel.close-ok',
  'connection.close',
  'connection.close-ok',
];

const large = Buffer.alloc(300_000, 'large ');

const headers = {
  text: 'grün',
  whole: -5,
  long: 2 ** 40,
  fraction: 0.1,
  yes: true,
  list: [1, 'two', { three: 3 }],
  nested: { deeper: { deepest: 'x' } },
  octets: Buffer.of(0, 255),
};

test('a conversation of amqplib with the broker is understood exactly', async () => {
  const { frames, commands } = await recorded(async (url) => {
    const connection = await connectAmqplib(url, { noDelay: true });
    const channel = await connection.createConfirmChannel();
    await channel.prefetch(10);
    const { queue } = await channel.assertQueue('', { exclusive: true, arguments: { 'x-max-length': 100 } });
    await channel.assertExchange('wire-a', 'topic', { autoDelete: true });
    await channel.assertExchange('wire-b', 'headers', { autoDelete: true });
    await channel.bindQueue(queue, 'wire-a', 'a.#');
    await channel.bindExchange('wire-b', 'wire-a', 'b.#', { 'x-match': 'any', size: 1 });
    await channel.unbindExchange('wire-b', 'wire-a', 'b.#', { 'x-match': 'any', size: 1 });
    const properties = { headers, contentType: 'a/b', contentEncoding: 'c', persistent: true, priority: 3 };
    const more = { correlationId: '1', replyTo: 'r', expiration: '60000', messageId: 'm', timestamp: 1e9 };
    channel.publish('wire-a', 'a.b', Buffer.from('small'), { ...properties, ...more, type: 't', appId: 'p' });
    channel.sendToQueue(queue, large);
    channel.sendToQueue(queue, Buffer.alloc(0), { userId: broker.description.username });
    const returned = once(channel, 'return');
    channel.publish('wire-a', 'nowhere', Buffer.from('back'), { mandatory: true });
    await returned;
    await channel.waitForConfirms();
    const got = await channel.get(queue);
    if (got !== false) channel.nack(got);
    await channel.recover();
    const { consumerTag, messages } = await new Promise<{ consumerTag: string; messages: Buffer[] }>(
      (resolve) => {
        const messages: Buffer[] = [];
        const consuming = channel.consume(queue, (message) => {
          if (message === null) return;
          messages.push(message.content);
          if (messages.length === 2) channel.reject(message, false);
          else channel.ack(message);
          if (messages.length === 3)
            void consuming.then(({ consumerTag }) => resolve({ consumerTag, messages }));
        });
      },
    );
    expect(
      messages
        .toSorted((a, b) => a.length - b.length)
        .at(-1)
        ?.equals(large),
    ).toBe(true);
    await channel.cancel(consumerTag);
    await channel.get(queue);
    await channel.unbindQueue(queue, 'wire-a', 'a.#');
    await channel.purgeQueue(queue);
    await channel.deleteQueue(queue);
    await channel.deleteExchange('wire-a').then(async () => await channel.deleteExchange('wire-b'));
    await channel.close();
    await connection.close();
  });
  expect(inexact(frames)).toEqual([]);
  expect(missing(commands, common)).toEqual([]);
  expect(commands.flatMap(({ frames }) => frames)).toHaveLength(frames.filter(belongsToCommand).length);
  const bodies = commands.filter((command) => command.is('basic.deliver')).map(({ body }) => body);
  expect(bodies.some((body) => body.equals(large))).toBe(true);
});

test('a conversation of a second client with the broker is understood exactly', async () => {
  const { frames, commands } = await recorded(async (url) => {
    const connection = await new AMQPClient(url).connect();
    const channel = await connection.channel();
    await channel.basicQos(10);
    const { name } = await channel.queueDeclare(
      '',
      { exclusive: true, autoDelete: false },
      { 'x-message-ttl': 60_000 },
    );
    await channel.exchangeDeclare('wire-c', 'topic', { autoDelete: true });
    await channel.exchangeDeclare('wire-d', 'fanout', { autoDelete: true });
    await channel.queueBind(name, 'wire-c', 'c.#');
    await channel.exchangeBind('wire-d', 'wire-c', 'd.#');
    await channel.exchangeUnbind('wire-d', 'wire-c', 'd.#');
    await channel.confirmSelect();
    const octets = { ...headers, octets: new Uint8Array([0, 255]) };
    await channel.basicPublish('wire-c', 'c.d', 'small', {
      headers: octets,
      timestamp: new Date(1e12),
      priority: 1,
    });
    await channel.basicPublish('', name, large);
    await channel.basicPublish('', name, '');
    await channel.basicPublish('wire-c', 'nowhere', 'back', {}, true);
    await (await channel.basicGet(name, { noAck: false }))?.nack(true);
    await channel.basicRecover(true);
    await channel.basicFlow(true);
    const deliveries = await channel.basicConsume(name, { noAck: false });
    let count = 0;
    for await (const message of deliveries.messages) {
      count += 1;
      await (count === 2 ? message.reject(false) : message.ack());
      if (count === 3) break;
    }
    await channel.basicCancel(deliveries.tag);
    await channel.basicGet(name, { noAck: true });
    await channel.queueUnbind(name, 'wire-c', 'c.#');
    await channel.queuePurge(name);
    await channel.queueDelete(name);
    await channel.exchangeDelete('wire-c').then(async () => await channel.exchangeDelete('wire-d'));
    await channel.close();
    const transactional = await connection.channel();
    await transactional.txSelect();
    await transactional.txCommit();
    await transactional.txRollback();
    await connection.close();
  });
  const transactions: MethodName[] = [
    'tx.select',
    'tx.select-ok',
    'tx.commit',
    'tx.commit-ok',
    'tx.rollback-ok',
  ];
  expect(inexact(frames)).toEqual([]);
  expect(missing(commands, [...common, 'channel.flow', 'channel.flow-ok', ...transactions])).toEqual([]);
});
