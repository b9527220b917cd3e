import { gzipSync } from 'node:zlib';
import type { ConfirmChannel } from 'amqplib';
import type { FieldTable } from '../../wire/index.ts';
import * as library from '../library/index.ts';
import {
  consume,
  delivered,
  refusal,
  send,
  settled,
  takeAll,
  demonstration,
} from './demonstration.test-support.ts';

/** Which confirms and returns come, in order. */
function heard(channel: ConfirmChannel): string[] {
  const events: string[] = [];
  for (const event of ['ack', 'nack'] as const) {
    channel.on(event, ({ deliveryTag }: { deliveryTag: number }) => {
      events.push(`${event} ${deliveryTag}`);
    });
  }
  channel.on('return', ({ fields, content }: { fields: object; content: Buffer }) => {
    events.push(`return ${'replyCode' in fields ? String(fields.replyCode) : ''} '${content.toString()}'`);
  });
  return events;
}

export const publishing = [
  demonstration(
    'confirms, one at a time',
    async ({ confirmChannel, name }) => {
      const sender = await confirmChannel();
      const events = heard(sender);
      const { queue } = await sender.assertQueue(name());
      for (const body of ['1', '2', '3']) await send(sender, queue, body);
      const left = await takeAll(sender, queue);
      // Nobody promises in which order confirms come
      return [events.toSorted(), left];
    },
    [
      ['ack 1', 'ack 2', 'ack 3'],
      ['1', '2', '3'],
    ],
    [library.confirmsLost, [[], ['1', '2', '3']]],
    [
      library.confirmLost(2),
      [
        ['ack 1', 'ack 3'],
        ['1', '2', '3'],
      ],
    ],
    [
      library.confirmsDoubled,
      [
        ['ack 1', 'ack 1', 'ack 2', 'ack 2', 'ack 3', 'ack 3'],
        ['1', '2', '3'],
      ],
    ],
    [library.confirmedAndLost, [['ack 1', 'ack 2', 'ack 3'], []]],
    [
      library.publishLost(2),
      [
        ['ack 1', 'ack 2', 'ack 3'],
        ['1', '3'],
      ],
    ],
    [
      library.publishedTwice,
      [
        ['ack 1', 'ack 2', 'ack 3'],
        ['1', '1', '2', '2', '3', '3'],
      ],
    ],
    [
      library.acksTakenForNacks,
      [
        ['nack 1', 'nack 2', 'nack 3'],
        ['1', '2', '3'],
      ],
    ],
    [library.confirmModeIgnored, [[], ['1', '2', '3']]],
  ),
  demonstration(
    'the confirm of what a full queue rejects',
    async ({ confirmChannel, name }) => {
      const sender = await confirmChannel();
      const events = heard(sender);
      const { queue } = await sender.assertQueue(name(), {
        arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' },
      });
      for (const body of ['1', '2']) await send(sender, queue, body);
      return [events, await takeAll(sender, queue)];
    },
    [['ack 1', 'nack 2'], ['1']],
    [library.nacksTakenForAcks, [['ack 1', 'ack 2'], ['1']]],
    [library.confirmedTooEarly, [['ack 1', 'ack 2'], ['1']]],
    [
      library.queueArgumentOff('x-max-length', 1),
      [
        ['ack 1', 'ack 2'],
        ['1', '2'],
      ],
    ],
    [library.queueArgumentLost('x-overflow'), [['ack 1', 'ack 2'], ['2']]],
  ),
  demonstration(
    'mandatory or not, to nowhere',
    async ({ confirmChannel, name }) => {
      const sender = await confirmChannel();
      const events = heard(sender);
      sender.publish('', name('nowhere'), Buffer.from('mandatory'), { mandatory: true });
      await settled(sender);
      sender.publish('', name('nowhere'), Buffer.from('not'));
      await settled(sender);
      return events;
    },
    ["return 312 'mandatory'", 'ack 1', 'ack 2'],
    [library.mandatoryIgnored, ['ack 1', 'ack 2']],
    [library.everythingMandatory, ["return 312 'mandatory'", 'ack 1', "return 312 'not'", 'ack 2']],
    [library.returnsLost, ['ack 1', 'ack 2']],
    [library.returnsAfterConfirms, ['ack 1', "return 312 'mandatory'", 'ack 2']],
    [library.returnCodeChanged(313, 'NO_CONSUMERS'), ["return 313 'mandatory'", 'ack 1', 'ack 2']],
    [library.returnedBodiesLost, ["return 312 ''", 'ack 1', 'ack 2']],
  ),
  demonstration(
    'a body that is compressed',
    async ({ channel, name }) => {
      const [sender, worker] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      for (const body of [gzipSync('task'), Buffer.of(0x1f)]) sender.sendToQueue(queue, body);
      await settled(sender);
      const { got } = await consume(worker, queue);
      await delivered(worker, queue);
      return got.map(({ content }) => content.equals(gzipSync('task')) || content.toString());
    },
    [true, '\u001f'],
    [library.compressedBodiesUnpacked, ['task', '\u001f']],
  ),
  demonstration(
    'bodies',
    async ({ channel, name }) => {
      const [sender, worker] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      for (const body of [[0xff, 0x41], [], [0x41, 0x00, 0x42], [0x41, 0x42, 0x43]])
        sender.sendToQueue(queue, Buffer.from(body));

      await settled(sender);
      const { got } = await consume(worker, queue);
      await delivered(worker, queue);
      return got.map(({ content }) => content.toString('hex'));
    },
    ['ff41', '', '410042', '414243'],
    [library.bodiesCorrupted, ['ff40', '', '410043', '414242']],
    [library.bodiesTakenForText, ['efbfbd41', '', '410042', '414243']],
    [library.bodiesEndAtZero, ['ff41', '', '41', '414243']],
    [library.bodiesCutAt(2), ['ff41', '', '4100', '4142']],
    [library.emptyBodiesLost, ['ff41', '410042', '414243']],
  ),
  demonstration(
    'a body of several frames',
    async ({ channel, name }) => {
      const [sender, worker] = [await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      const body = Buffer.alloc(300_000, 'large ');
      sender.sendToQueue(queue, body);
      await settled(sender);
      const { got } = await consume(worker, queue);
      await delivered(worker, queue);
      return [got[0]?.content.length, got[0]?.content.equals(body)];
    },
    [300_000, true],
    [library.bodiesCorrupted, [300_000, false]],
    [library.bodiesCutAt(200_000), [200_000, false]],
  ),
  demonstration(
    'a body of several frames for two queues',
    async ({ channel, name }) => {
      const sender = await channel();
      const { exchange } = await sender.assertExchange(name('logs'), 'fanout');
      const queues = [await sender.assertQueue(name('one')), await sender.assertQueue(name('two'))];
      for (const { queue } of queues) await sender.bindQueue(queue, exchange, '');
      sender.publish(exchange, '', Buffer.alloc(300_000, 'large '));
      await settled(sender);
      return [
        (await takeAll(sender, queues[0]?.queue ?? ''))[0]?.length,
        (await takeAll(sender, queues[1]?.queue ?? ''))[0]?.length,
      ];
    },
    [300_000, 300_000],
    [library.laterCopiesCut, [300_000, 131_064]],
  ),
  demonstration(
    'an empty table of headers',
    async ({ raw, name }) => {
      const client = await raw();
      await client.send('queue.declare', { queue: name(), durable: true, autoDelete: true });
      await client.expect('queue.declare-ok');
      await client.send(
        'basic.publish',
        { routingKey: name() },
        { content: { properties: { headers: [] } } },
      );
      await client.send('basic.get', { queue: name(), noAck: true });
      return (await client.expect('basic.get-ok')).properties;
    },
    { headers: [] },
    [library.emptyHeadersLost, {}],
  ),
  demonstration(
    'a priority above the maximum',
    async ({ channel, name }) => {
      const sender = await channel();
      const { queue } = await sender.assertQueue(name(), { maxPriority: 5 });
      for (const priority of [5, 6]) sender.sendToQueue(queue, Buffer.from(String(priority)), { priority });
      await settled(sender);
      return await takeAll(sender, queue);
    },
    ['5', '6'],
    [library.prioritiesAboveMaximumLost, ['5']],
  ),
  demonstration(
    'an answer by direct reply-to, where a queue is bound to the exchange of the firehose',
    async ({ channel, name }) => {
      const [requester, server] = [await channel(), await channel()];
      const { queue } = await server.assertQueue(name());
      await server.bindQueue(queue, 'amq.rabbitmq.trace', 'publish.#');
      await consume(requester, 'amq.rabbitmq.reply-to', { noAck: true });
      requester.sendToQueue(queue, Buffer.from('request'), { replyTo: 'amq.rabbitmq.reply-to' });
      await settled(requester);
      const request = await server.get(queue);
      if (request === false) return 'empty';
      server.sendToQueue(String(request.properties.replyTo), Buffer.from('answer'));
      return (await refusal(settled(server))) === 'not refused';
    },
    true,
    [library.tracedAnswersBreakTheConnection, false],
  ),
  demonstration(
    'properties and headers',
    async ({ channel, name }) => {
      const sender = await channel();
      const { queue } = await sender.assertQueue(name());
      const properties = { messageId: 'm', priority: 3, headers: { one: 1, two: 'zwei' }, persistent: true };
      sender.sendToQueue(queue, Buffer.from('1'), properties);
      const message = await sender.get(queue);
      if (message === false) return 'empty';
      const { messageId, priority, headers, deliveryMode } = message.properties;
      return { messageId, priority, headers, deliveryMode };
    },
    { messageId: 'm', priority: 3, headers: { one: 1, two: 'zwei' }, deliveryMode: 2 },
    [
      library.propertyLost('message-id'),
      { messageId: undefined, priority: 3, headers: { one: 1, two: 'zwei' }, deliveryMode: 2 },
    ],
    [
      library.propertyIgnored('priority'),
      { messageId: 'm', priority: undefined, headers: { one: 1, two: 'zwei' }, deliveryMode: 2 },
    ],
    [library.headerLost('one'), { messageId: 'm', priority: 3, headers: { two: 'zwei' }, deliveryMode: 2 }],
    [
      library.persistenceForgotten,
      { messageId: 'm', priority: 3, headers: { one: 1, two: 'zwei' }, deliveryMode: 1 },
    ],
  ),
  demonstration(
    'a transient message',
    async ({ channel, name }) => {
      const sender = await channel();
      const { queue } = await sender.assertQueue(name());
      sender.sendToQueue(queue, Buffer.from('1'), { persistent: false });
      const message = await sender.get(queue);
      return message !== false && message.properties.deliveryMode;
    },
    1,
    [library.transientMessagesKept, 2],
  ),
  demonstration(
    'the types of headers, and a long timestamp',
    async ({ raw, name }) => {
      const client = await raw();
      await client.send('queue.declare', { queue: name(), durable: true, autoDelete: true });
      await client.expect('queue.declare-ok');
      const headers: FieldTable = [
        ['small', { tag: 'b', value: 7 }],
        ['text', { tag: 'S', value: '7' }],
      ];
      const properties = { headers, timestamp: 2n ** 32n + 5n };
      await client.send('basic.publish', { routingKey: name() }, { content: { properties } });
      await client.send('basic.get', { queue: name(), noAck: true });
      const got = (await client.expect('basic.get-ok')).properties;
      return [got.headers?.map(([key, { tag }]) => `${key.toString()}: ${tag}`), String(got.timestamp)];
    },
    [['small: b', 'text: S'], '4294967301'],
    [library.headersWidened, [['small: l', 'text: S'], '4294967301']],
    [library.timestampsCut, [['small: b', 'text: S'], '5']],
  ),
  demonstration(
    'two copies of which one is acknowledged',
    async ({ channel, name }) => {
      const worker = await channel();
      const { exchange } = await worker.assertExchange(name('logs'), 'fanout');
      const [one, two] = [await worker.assertQueue(name('one')), await worker.assertQueue(name('two'))];
      await worker.bindQueue(one.queue, exchange, '');
      await worker.bindQueue(two.queue, exchange, '');
      worker.publish(exchange, '', Buffer.from('1'));
      const message = await worker.get(one.queue);
      if (message !== false) worker.ack(message);
      return await takeAll(worker, two.queue);
    },
    ['1'],
    [library.copiesSettledTogether, []],
  ),
  demonstration(
    'two answers',
    async ({ channel, name }) => {
      const client = await channel();
      const { queue } = await client.assertQueue(name());
      const { got } = await consume(client, queue);
      client.sendToQueue(queue, Buffer.from('one'), { correlationId: '1' });
      client.sendToQueue(queue, Buffer.from('two'), { correlationId: '2' });
      await delivered(client, queue);
      return got.map(
        ({ content, properties }) => `${content.toString()}: ${String(properties.correlationId)}`,
      );
    },
    ['one: 1', 'two: 2'],
    [library.correlationIdsSwapped, ['one: 2', 'two: 1']],
    [library.correlationIdsChanged, ['one: of-the-broker', 'two: of-the-broker']],
  ),
  demonstration(
    'publishing to an exchange that is not there',
    async ({ confirmChannel, name }) => {
      const sender = await confirmChannel();
      const events = heard(sender);
      sender.publish(name('nowhere'), 'key', Buffer.from('lost'));
      const code = await refusal(settled(sender));
      return [code, events];
    },
    [{ code: 404, method: [60, 40] }, []],
    [library.errorsSwallowed, ['not refused', ['ack 1']]],
    [library.errorCodeChanged(404, 403), [{ code: 403, method: [60, 40] }, []]],
    [library.errorMethodForgotten, [{ code: 404, method: [0, 0] }, []]],
    [library.confirmedTooEarly, [{ code: 404, method: [60, 40] }, ['ack 1']]],
    [library.exchangeIgnored, ['not refused', ['ack 1']]],
  ),
  demonstration(
    'an error about a name in another script',
    async ({ client, name }) => {
      const connection = await client();
      const asking = await connection.createChannel();
      asking.on('error', () => {});
      const errors: unknown[] = [];
      connection.on('error', ({ code }: { code: number }) => errors.push(code));
      await refusal(asking.checkQueue(name('очередь')));
      await connection.createChannel().catch(() => {});
      return errors;
    },
    [],
    [library.errorsBeyondLatinBreakTheConnection, [541]],
  ),
  demonstration(
    'a message that is to be delivered at once',
    async ({ raw, name }) => {
      const sender = await raw();
      await sender.send('queue.declare', { queue: name(), durable: true, autoDelete: true });
      await sender.expect('queue.declare-ok');
      await sender.send('basic.publish', { routingKey: name(), immediate: true }, { content: {} });
      await sender.send('basic.get', { queue: name(), noAck: true });
      return await sender.expect('basic.get-ok').then(
        () => 'taken',
        ({ actual }: { actual: string }) => actual.includes('replyCode: 540'),
      );
    },
    true,
    [library.immediateIgnored, 'taken'],
  ),
];
